// This file defines a case of the RS-1 conformance set and the artifacts the cases are made from.
import { canonicalBytes, memoryContent, packArtifact, utf8, type LayerSource, type PackRequest, type VerdictCode } from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { bytesAt, type Parts, signingKey, takeApart } from "../../../../tools/dev/src/bench/tamper/forge.ts";

export const KEY = signingKey("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
export const OTHER_KEY = signingKey("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
export const TENANT = { kid: "t-2026-01", secret: new Uint8Array(32).fill(11) };

/** What the verifier is given besides the file; keys are the hex of DER, secrets hex. */
export type CaseOptions = {
  readonly trustedKeys?: readonly string[];
  readonly tenant?: { readonly kid: string; readonly secret: string };
};

export type Case = {
  /** The folder. */
  readonly name: string;
  readonly description: string;
  /** Of SPEC.md. */
  readonly section: string;
  readonly file: Uint8Array;
  readonly options?: CaseOptions;
  /** Absent where the file verifies. */
  readonly finding?: { readonly code: VerdictCode; readonly subject: string; readonly index?: number };
  /** What the verdict on a valid file says, as far as the case is about it. */
  readonly says?: Readonly<Record<string, unknown>>;
};

export const TENANT_OPTION = { kid: TENANT.kid, secret: Buffer.from(TENANT.secret).toString("hex") };
export const TRUSTED = { trustedKeys: [Buffer.from(KEY.spki).toString("hex")] };

export function layer(kind: LayerSource["kind"], path: string, content: string | Uint8Array): LayerSource {
  const bytes = typeof content === "string" ? utf8(content) : content;
  const mediaType = path.endsWith(".json") ? "application/json" : "application/octet-stream";
  return { kind, path: `layers/${kind}/${path}`, mediaType, content: memoryContent(bytes) };
}

export const LAYERS = [
  layer("model", "student.onnx", "weights"),
  layer("recipes", "pack.json", '{"recipes":[]}'),
  layer("recall", "index.bin", "vectors"),
];

/** A packed artifact, taken apart for forging. */
export async function packed(changes: Partial<PackRequest> = {}, key = KEY): Promise<Parts> {
  const facts = { name: "triage", version: "1.0.0", kscore: { k: "0.8312" }, gate: { k: "0.70" } };
  const signer = { ...key, sign: async (bytes: Uint8Array) => key.sign(bytes) };
  const artifact = await packArtifact({ facts, layers: LAYERS, signer, crypto: nodeCrypto, ...changes });
  const parts: Uint8Array[] = [];
  for await (const piece of artifact.stream()) parts.push(piece);
  return takeApart(new Uint8Array(Buffer.concat(parts)), key, TENANT);
}

/** The least artifact: one layer of one byte. */
export const minimal = (): Promise<Parts> =>
  packed({ facts: { name: "a", version: "0.0.0" }, layers: [layer("docs", "a", "a")] });

/** The canonical bytes of a copy of JSON with an edit. */
export function edited<T extends object>(value: T, edit: (copy: T & Record<string, unknown>) => void): Uint8Array {
  // A copy of JSON is JSON; edits may break every rule the type states.
  const copy = structuredClone(value) as T & Record<string, unknown>;
  edit(copy);
  return canonicalBytes(copy);
}

export const text = (parts: Parts, path: string): string => Buffer.from(bytesAt(parts.members, path)).toString("utf8");
