// This file defines what a device states about one answer: which artifact, digests of input and output, path, confidence. TRUST.md §9.
import { base64, canonicalBytes, type Crypto, digestOf, frame, hex, type Output, utf8 } from "@kolm/format";
import { z } from "zod";

/** The predicate's type; a name, not an address to fetch. */
const RUN_TYPE = "https://rs1.example/run/v1";
const RUN_PATHS = ["recipe", "student", "recall", "mixed", "none"] as const;

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, "a digest is 64 lower-case hex digits");
const Commitment = z.strictObject({ alg: z.enum(["sha256", "hmac-sha256"]), digest: sha256 });
/** Digest of an input or output; under hmac-sha256 it says nothing to who has not the salt. */
export type Commitment = z.infer<typeof Commitment>;

export const RunStatement = z.strictObject({
  _type: z.literal("https://in-toto.io/Statement/v1"),
  subject: z.tuple([z.strictObject({ name: z.literal("manifest.json"), digest: z.strictObject({ sha256 }) })]),
  predicateType: z.literal(RUN_TYPE),
  predicate: z
    .strictObject({
      input: Commitment,
      output: Commitment,
      path: z.enum(RUN_PATHS),
      confidence: z.string().regex(/^(?:0\.[0-9]{6}|1\.000000)$/, "a decimal from 0 to 1 with six digits"),
      abstained: z.boolean(),
      runtime: z.string().min(1).max(64),
      signer: z.strictObject({ alg: z.literal("ed25519"), spki: z.string() }),
    })
    .refine(({ input, output }) => input.alg === output.alg, "input and output are committed to in the same way"),
});
export type RunStatement = z.infer<typeof RunStatement>;

/** One answer as the runtime gave it. */
export type RunFacts = {
  /** The id of an artifact that was verified. */
  readonly artifact: string;
  readonly input: string;
  readonly answer: {
    readonly output: Output | null;
    readonly abstained: boolean;
    readonly path: (typeof RUN_PATHS)[number];
    readonly confidence: number;
  };
  /** The runtime's version. */
  readonly runtime: string;
  /** 32 random bytes, kept apart from the receipt; without them the digests are plain. */
  readonly salt?: Uint8Array | undefined;
};

/** The canonical bytes of a statement. */
export function encodeRun(
  { artifact, input, answer, runtime, salt }: RunFacts,
  spki: Uint8Array,
  crypto: Crypto,
): Uint8Array {
  const statement: RunStatement = {
    _type: "https://in-toto.io/Statement/v1",
    subject: [{ name: "manifest.json", digest: { sha256: artifact } }],
    predicateType: RUN_TYPE,
    predicate: {
      input: commitTo("input", utf8(input), { salt, crypto }),
      output: commitTo("output", canonicalBytes(answer.output), { salt, crypto }),
      path: answer.path,
      confidence: answer.confidence.toFixed(6),
      abstained: answer.abstained,
      runtime,
      signer: { alg: "ed25519", spki: base64(spki) },
    },
  };
  return canonicalBytes(statement);
}

/** The digest that a receipt has of an input's or output's bytes. */
export function commitTo(
  what: "input" | "output",
  bytes: Uint8Array,
  { salt, crypto }: { readonly salt?: Uint8Array | undefined; readonly crypto: Crypto },
): Commitment {
  if (salt === undefined) return { alg: "sha256", digest: digestOf(crypto, bytes) };
  const framed = frame("privateAnchor", utf8(`kolm.run.${what}.v1`), bytes);
  return { alg: "hmac-sha256", digest: hex(crypto.hmacSha256(salt, framed)) };
}
