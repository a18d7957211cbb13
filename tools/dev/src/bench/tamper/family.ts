// This file defines a family of attacks, the valid artifacts they start from, and how one is chosen by lot.
import {
  assert,
  memoryContent,
  packArtifact,
  type LayerSource,
  type Packed,
  type PackRequest,
  utf8,
  type VerdictCode,
} from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import type { Rng } from "@kolm/stage";
import { type Parts, signingKey, takeApart } from "./forge.ts";

/** A changed file with the codes that are right for it. */
export type Mutant = {
  readonly file: Uint8Array;
  readonly codes: readonly VerdictCode[];
  /** Judged with the signer's key given as the only trusted one. */
  readonly trusted?: boolean;
  /** Judged with the tenant's secret at hand. */
  readonly tenant?: boolean;
};

export type Family = {
  readonly name: string;
  /** What the lot can do to this artifact; undefined where it has nothing of the kind. */
  readonly make: (parts: Parts, rng: Rng) => Mutant | undefined;
};

const KEY = signingKey("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
/** Somebody else's key. */
export const OTHER_KEY = signingKey("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
const TENANT = { kid: "t-2026-01", secret: new Uint8Array(32).fill(11) };

/** The valid artifacts: plain, sealed by others, with a tenant chain, with a referenced layer, with every kind of layer. */
export async function validArtifacts(): Promise<readonly Parts[]> {
  const plain = await pack({});
  const seals = new Map([
    ["seal/att-00.json", plain.receipt],
    ["seal/time.tsr", Uint8Array.of(1, 2, 3)],
  ]);
  const referenced = { ...layer("model", "layers/model/encoder.onnx", "base weights"), referenced: true } as const;
  const packed = [
    plain,
    await pack({ seals }),
    await pack({ tenant: TENANT }),
    await pack({ layers: [referenced, ...LAYERS] }),
    await pack({ layers: EVERY_KIND }),
  ];
  const files = await Promise.all(
    packed.map(async (one) => new Uint8Array(Buffer.concat(await collect(one.stream())))),
  );
  return Promise.all(files.map((file) => takeApart(file, KEY, TENANT)));
}

const LAYERS: readonly LayerSource[] = [
  layer("model", "layers/model/student.onnx", "weights"),
  layer("recipes", "layers/recipes/pack.json", '{"recipes":[],"version":1}'),
  layer("recall", "layers/recall/index.bin", "vectors"),
];

const EVERY_KIND: readonly LayerSource[] = [
  ...LAYERS,
  layer("adapter", "layers/adapter/adapter_model.safetensors", "low rank"),
  layer("verifier", "layers/verifier/score.json", '{"k":"0.8312"}'),
  { ...layer("docs", "layers/docs/card.md", "# Card\n"), sensitive: true },
  layer("docs", "layers/docs/long.md", "words ".repeat(2800)),
];

function layer(kind: LayerSource["kind"], path: string, text: string): LayerSource {
  const mediaType = path.endsWith(".json") ? "application/json" : "application/octet-stream";
  return { kind, path, mediaType, content: memoryContent(utf8(text)) };
}

function pack(changes: Partial<PackRequest>): Promise<Packed> {
  const facts = { name: "triage", version: "1.0.0", kscore: { k: "0.8312" }, gate: { k: "0.70" } };
  const signer = { ...KEY, sign: async (bytes: Uint8Array) => KEY.sign(bytes) };
  return packArtifact({ facts, layers: LAYERS, signer, crypto: nodeCrypto, ...changes });
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const parts: Uint8Array[] = [];
  for await (const piece of pieces) parts.push(piece);
  return parts;
}

/** One of a list. */
export function pick<T>(rng: Rng, values: readonly T[]): T {
  assert(values.length > 0, "there is something to choose from");
  // The index is within the list, whose elements may themselves be undefined.
  return values[rng.integer(values.length)] as T;
}

/** The bytes with one bit changed. */
export function flipped(bytes: Uint8Array, at: number, bit: number): Uint8Array {
  const changed = bytes.slice();
  changed[at] = (changed[at] ?? 0) ^ (1 << bit);
  return changed;
}

/** The bytes with `removed` of them from `at` on replaced. */
export function spliced(
  bytes: Uint8Array,
  at: number,
  removed: number,
  ...inserted: readonly Uint8Array[]
): Uint8Array {
  return new Uint8Array(Buffer.concat([bytes.subarray(0, at), ...inserted, bytes.subarray(at + removed)]));
}

/** Random bytes. */
export function noise(rng: Rng, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => rng.integer(256));
}

/** 32 random bytes in hex. */
export const digest = (rng: Rng): string => Buffer.from(noise(rng, 32)).toString("hex");
/** A word nobody uses. */
export const word = (rng: Rng): string => `w${rng.integer(1_000_000_000)}`;
