// This file defines what a receipt says: an in-toto statement over manifest, layers and chain. SPEC.md §8.
import { z } from "zod";
import { base64, fromBase64 } from "../bytes.ts";
import { canonicalBytes, parseCanonical } from "../canonical.ts";
import { firstIssue, Manifest } from "../manifest.ts";
import { accept, refuse } from "../verdict.ts";
import type { Chain, ChainMember } from "../chain.ts";
import type { Outcome } from "../verdict.ts";

/** The predicate's type; a name, not an address to fetch. */
export const RECEIPT_TYPE = "https://rs1.example/receipt/v1";
const STATEMENT_TYPE = "https://in-toto.io/Statement/v1";

const digestText = z.string().regex(/^[0-9a-f]{64}$/, "a SHA-256 is 64 lower-case hex digits");
const base64Text = z.string().refine((text) => fromBase64(text) !== undefined, "not base64 in its canonical spelling");
const kid = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, "not a key id");

const Subject = z.strictObject({ name: z.string(), digest: z.strictObject({ sha256: digestText }) });

/** What the signer states; only the chain must be there. */
export const Predicate = z.strictObject({
  chain: z.strictObject({
    alg: z.literal("hmac-sha256"),
    key: z.literal("public.v1"),
    head: digestText,
    links: z.array(digestText).min(2),
  }),
  tenantChain: z.strictObject({ kid, head: digestText }).optional(),
  artifact: Manifest.pick({ name: true, version: true }).optional(),
  kscore: Manifest.shape.kscore,
  gate: Manifest.shape.gate,
  signer: z.strictObject({ alg: z.literal("ed25519"), spki: base64Text }).optional(),
});
export type Predicate = z.infer<typeof Predicate>;

export const Statement = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(Subject).min(1),
  predicateType: z.literal(RECEIPT_TYPE),
  predicate: Predicate,
});
export type Statement = z.infer<typeof Statement>;

export type StatementFacts = Omit<Predicate, "chain" | "signer"> & {
  readonly members: readonly ChainMember[];
  readonly chain: Chain;
  /** DER of the signing key, so that a reader who was given no keys can still check the signature. */
  readonly spki?: Uint8Array;
};

/** The canonical bytes of a receipt's payload. */
export function encodeStatement({ members, chain, spki, ...facts }: StatementFacts): Uint8Array {
  const signer = spki === undefined ? undefined : { alg: "ed25519", spki: base64(spki) };
  return canonicalBytes({
    _type: STATEMENT_TYPE,
    subject: members.map((member) => ({ name: member.path, digest: { sha256: member.sha256 } })),
    predicateType: RECEIPT_TYPE,
    predicate: { ...facts, chain: { alg: "hmac-sha256", key: "public.v1", ...chain }, signer },
  });
}

/** Reads a payload; call it on bytes whose signature was checked, or to find the key they name. */
export function parseStatement(payload: Uint8Array, path: string): Outcome<Statement> {
  const json = parseCanonical(payload);
  if (!json.ok) return refuse("E_JSON", path, `The statement signed in ${path} ${json.reason}.`);
  const statement = Statement.safeParse(json.value);
  if (statement.success) return accept(statement.data);
  return refuse("E_DSSE", path, `The statement signed in ${path} breaks its schema: ${firstIssue(statement.error)}.`);
}

/** The DER of the key the payload names for itself, if it names one; says nothing about who owns that key. */
export function declaredKey(payload: Uint8Array): Uint8Array | undefined {
  const json = parseCanonical(payload);
  const named = z.object({ predicate: z.object({ signer: z.object({ spki: z.string() }) }) });
  const statement = named.safeParse(json.ok ? json.value : undefined);
  return statement.success ? fromBase64(statement.data.predicate.signer.spki) : undefined;
}

/** The artifact ids (SHA-256) any in-toto statement is about; empty when the payload is none. */
export function statementSubjects(payload: Uint8Array): readonly string[] {
  const json = parseCanonical(payload);
  const about = z.object({ subject: z.array(z.object({ digest: z.object({ sha256: z.string() }) })) });
  const statement = about.safeParse(json.ok ? json.value : undefined);
  return statement.success ? statement.data.subject.map((subject) => subject.digest.sha256) : [];
}
