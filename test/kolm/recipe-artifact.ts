// This file packs a small real artifact that answers by recipes alone, for tests of commands.
import {
  canonicalBytes,
  type LayerKind,
  memoryContent,
  packArtifact,
  type PackRequest,
  type Signer,
} from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { collect, seedSigner } from "../format/sample.ts";

/** Says whether a text holds one of some words; `extra` layers by path, text or bytes. */
export async function recipeArtifact({
  words = ["right now"],
  extra = {},
  signer = seedSigner(),
  facts = {},
  seals,
}: {
  readonly words?: readonly string[];
  readonly extra?: Readonly<Record<string, unknown>>;
  readonly signer?: Signer;
  readonly facts?: Partial<PackRequest["facts"]>;
  readonly seals?: ReadonlyMap<string, Uint8Array>;
} = {}): Promise<Uint8Array> {
  const contract = { input: { type: "text", maxLength: 500 }, output: { urgent: { type: "boolean" } } };
  const nodes = [{ op: "input" }, { op: "contains", of: 0, any: words }];
  const recipes = [{ id: "urgent-words", field: "urgent", gives: "boolean", nodes }];
  const layers: Record<string, unknown> = {
    "layers/verifier/contract.json": contract,
    "layers/recipes/pack.json": { format: "kolm/recipes-1", recipes },
    ...extra,
  };
  const packed = await packArtifact({
    facts: { name: "urgent", version: "1.0.0", ...facts },
    layers: Object.entries(layers).map(([path, value]) => ({
      path,
      kind: path.split("/")[1] as LayerKind, // paths here are layers/<kind>/…
      mediaType: path.endsWith(".json") ? "application/json" : "application/octet-stream",
      content: memoryContent(bytesOf(value)),
    })),
    signer,
    crypto: nodeCrypto,
    ...(seals === undefined ? {} : { seals }),
  });
  return collect(packed.stream());
}

function bytesOf(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value;
  return typeof value === "string" ? new TextEncoder().encode(value) : canonicalBytes(value);
}
