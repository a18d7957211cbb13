// This file defines what a trust file says: which keys may do what, until when, and which are revoked. TRUST.md §2.
import { z } from "zod";
import { fromBase64 } from "../bytes.ts";
import { Manifest } from "../manifest.ts";
import { rawEd25519 } from "../receipt/ed25519.ts";

/** What a key may be used for; a key has one role for ever. */
export const ROLES = ["root", "release", "log", "witness", "cache-writer"] as const;
export type Role = (typeof ROLES)[number];

/** An instant in UTC to the second; two of them compare as texts. */
export const Instant = z
  .string()
  .regex(
    /^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3])(?::[0-5][0-9]){2}Z$/,
    "an instant is written 2027-01-31T12:00:00Z",
  );

const kid = z.string().regex(/^[0-9a-f]{64}$/, "a key id is 64 lower-case hex digits");
const spki = z
  .string()
  .refine(
    (text) => rawEd25519(fromBase64(text) ?? new Uint8Array()) !== undefined,
    "not an Ed25519 key as DER in base64",
  );
/** An artifact's name, or with a star at the end everything that begins so; a bare star is every name. */
export const NamePattern = z
  .string()
  .regex(/^(?:[a-z0-9][a-z0-9-]{0,62}\*?|\*)$/, "an artifact's name, or a prefix of one with * at the end");

const key = { kid, alg: z.literal("ed25519"), spki };
const window = { from: Instant, until: Instant.optional() };
const sortedNames = z
  .array(NamePattern)
  .min(1)
  .max(256)
  .refine((names) => isAscending(names), "names stand in order, each once");

export const TrustKey = z.discriminatedUnion("role", [
  z.strictObject({ ...key, role: z.literal("root") }),
  z.strictObject({ ...key, ...window, role: z.literal("release"), names: sortedNames }),
  z.strictObject({ ...key, ...window, role: z.enum(["log", "witness", "cache-writer"]) }),
]);
/** One key with the one role it has; `from` and `until` bound when it may sign, `until` exclusive. */
export type TrustKey = z.infer<typeof TrustKey>;

export const Trust = z
  .strictObject({
    format: z.literal("kolm/trust-1"),
    /** Whose trust this is; verifiers remember the highest version seen by it. */
    name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "a name is lower-case letters, digits and -"),
    version: z.int().min(1),
    expires: Instant,
    /** How many root keys must have signed this version, and the next. */
    threshold: z.int().min(1).max(64),
    keys: z
      .array(TrustKey)
      .min(1)
      .max(1024)
      .refine((keys) => isAscending(keys.map((one) => one.kid)), "keys stand in order of kid, each once"),
    revoked: z
      .array(z.strictObject({ kid, since: Instant }))
      .max(4096)
      .refine((revoked) => isAscending(revoked.map((one) => one.kid)), "revocations stand in order of kid, each once"),
    /** By artifact name the lowest version still accepted. */
    minimum: z.record(Manifest.shape.name, Manifest.shape.version),
  })
  .refine((trust) => rootKeys(trust).length >= trust.threshold, {
    error: "there are fewer root keys than the threshold",
  })
  .refine((trust) => rootKeys(trust).every((root) => !trust.revoked.some((one) => one.kid === root.kid)), {
    error: "a root key is removed, not revoked",
  });
/** A version of a trust file. */
export type Trust = z.infer<typeof Trust>;

/** The keys that sign trust files. */
export function rootKeys({ keys }: { readonly keys: readonly TrustKey[] }): readonly TrustKey[] {
  return keys.filter((one) => one.role === "root");
}

/** The DER of a key; its schema has proved that it is one. */
export function spkiOf({ spki }: Pick<TrustKey, "spki">): Uint8Array {
  return fromBase64(spki) ?? new Uint8Array();
}

function isAscending(texts: readonly string[]): boolean {
  return texts.every((text, at) => at === 0 || (texts[at - 1] ?? "") < text);
}
