// This file attacks layers and chunk index with checksums that fit: what is found is found by digest alone.
import { canonicalBytes, type VerdictCode } from "@kolm/format";
import type { Rng } from "@kolm/stage";
import { type Family, flipped, type Mutant, noise, pick, spliced } from "../family.ts";
import {
  type Contents,
  describeLayers,
  digestBytes,
  INDEX_PATH,
  bytesAt,
  type Parts,
  rebuilt,
  resealed,
  restated,
} from "../forge.ts";

/** Another content for one layer of the file, of the same size or not. */
function replaced(parts: Parts, rng: Rng, sameSize: boolean): { path: string; contents: Contents } {
  const { path } = pick(
    rng,
    parts.manifest.layers.filter(({ referenced }) => referenced === undefined),
  );
  const honest = bytesAt(parts.members, path);
  if (sameSize) return { path, contents: { [path]: flipped(honest, rng.integer(honest.length), rng.integer(8)) } };
  const at = rng.integer(honest.length);
  return { path, contents: { [path]: spliced(honest, at, 0, noise(rng, 1 + rng.integer(60))) } };
}

function family(
  name: string,
  codes: readonly VerdictCode[],
  make: (parts: Parts, rng: Rng) => Uint8Array | undefined,
): Family {
  return {
    name,
    make: (parts, rng): Mutant | undefined => {
      const file = make(parts, rng);
      return file && { file, codes };
    },
  };
}

export const LAYER_FAMILIES: readonly Family[] = [
  family("layer: changed under a right checksum", ["E_CHUNK"], (parts, rng) =>
    rebuilt(parts, replaced(parts, rng, true).contents),
  ),
  family("layer: longer or shorter", ["E_SIZE"], (parts, rng) => rebuilt(parts, replaced(parts, rng, false).contents)),
  family("layer: two exchanged", ["E_SIZE", "E_CHUNK"], (parts, rng) => {
    const [a, b] = rng.shuffle(parts.manifest.layers.filter(({ referenced }) => referenced === undefined));
    if (a === undefined || b === undefined || a.sha256 === b.sha256) return undefined;
    const [left, right] = [bytesAt(parts.members, a.path), bytesAt(parts.members, b.path)];
    return rebuilt(parts, {
      [a.path]: right,
      [b.path]: left.length === right.length ? left : noise(rng, left.length + 1),
    });
  }),
  family("layer: changed with its leaf", ["E_ROOT"], (parts, rng) => {
    const { contents } = replaced(parts, rng, true);
    return rebuilt(parts, { ...contents, [INDEX_PATH]: describeLayers(parts, contents).index });
  }),
  family("layer: changed with leaf and manifest", ["E_CHAIN"], (parts, rng) => {
    const { contents } = replaced(parts, rng, rng.integer(2) === 0);
    const { manifest, index } = describeLayers(parts, contents);
    return rebuilt(parts, { ...contents, [INDEX_PATH]: index, "manifest.json": canonicalBytes(manifest) });
  }),
  family("layer: soundly sealed under a wrong SHA-256", ["E_DIGEST"], (parts, rng) => {
    const { path } = replaced(parts, rng, true);
    const sha256 = Buffer.from(noise(rng, 32)).toString("hex");
    const layers = parts.manifest.layers.map((layer) => (layer.path === path ? { ...layer, sha256 } : layer));
    return resealed(parts, { ...parts.manifest, layers });
  }),
  family("layer: soundly sealed under a wrong root", ["E_ROOT"], (parts, rng) => {
    const { path } = replaced(parts, rng, true);
    const root = Buffer.from(noise(rng, 32)).toString("hex");
    const layers = parts.manifest.layers.map((layer) => (layer.path === path ? { ...layer, root } : layer));
    return resealed(parts, { ...parts.manifest, layers });
  }),
  family("layer: soundly sealed, other bytes under its root", ["E_CHUNK"], (parts, rng) => {
    const { path } = replaced(parts, rng, true);
    const root = noise(rng, 32);
    const layers = parts.manifest.layers.map((layer) =>
      layer.path === path ? { ...layer, root: Buffer.from(root).toString("hex") } : layer,
    );
    const leaves = layers.map((layer) => (layer.path === path ? root : digestBytes(layer.root)));
    return resealed(parts, { ...parts.manifest, layers }, { [INDEX_PATH]: new Uint8Array(Buffer.concat(leaves)) });
  }),
  family("index: a byte changed under a right checksum", ["E_ROOT"], (parts, rng) => {
    const index = bytesAt(parts.members, INDEX_PATH);
    return rebuilt(parts, { [INDEX_PATH]: flipped(index, rng.integer(index.length), rng.integer(8)) });
  }),
  family("index: another length", ["E_SIZE"], (parts, rng) => {
    const index = bytesAt(parts.members, INDEX_PATH);
    const size = 1 + rng.integer(index.length);
    return rebuilt(parts, {
      [INDEX_PATH]:
        rng.integer(2) === 0 ? index.subarray(size) : spliced(index, rng.integer(index.length), 0, noise(rng, size)),
    });
  }),
  family("index: leaves in another order", ["E_ROOT"], (parts, rng) => {
    const index = bytesAt(parts.members, INDEX_PATH);
    const leaves = Array.from({ length: index.length / 32 }, (_, at) => index.subarray(at * 32, at * 32 + 32));
    const shuffled = Buffer.concat(rng.shuffle(leaves));
    return shuffled.equals(index) ? undefined : rebuilt(parts, { [INDEX_PATH]: new Uint8Array(shuffled) });
  }),
  family("layer: called referenced though it is carried", ["E_ORDER"], (parts, rng) => {
    const models = parts.manifest.layers.filter(({ kind, referenced }) => kind === "model" && referenced === undefined);
    const { path } = pick(rng, models);
    const layers = parts.manifest.layers.map((layer) =>
      layer.path === path ? { ...layer, referenced: true as const } : layer,
    );
    return resealed(parts, { ...parts.manifest, version: `1.${rng.integer(100_000)}.0`, layers });
  }),
  family("layer: called carried though it is referenced", ["E_ORDER"], (parts, rng) => {
    if (!parts.manifest.layers.some(({ referenced }) => referenced)) return undefined;
    const layers = parts.manifest.layers.map(({ referenced: _, ...layer }) => layer);
    return resealed(parts, { ...parts.manifest, version: `1.${rng.integer(100_000)}.0`, layers });
  }),
  family("layer: the receipt of another artifact", ["E_CHAIN"], (parts, rng) => {
    const version = `3.${rng.integer(1_000_000)}.0`;
    return rebuilt(parts, { "manifest.json": canonicalBytes({ ...parts.manifest, version }) });
  }),
  family("layer: links exchanged in a statement that claims nothing else", ["E_CHAIN"], (parts, rng) => {
    const { chain, signer } = parts.statement.predicate;
    const links = rng.shuffle(chain.links);
    if (links.every((link, at) => link === chain.links[at])) return undefined;
    return restated(parts, { ...parts.statement, predicate: { chain: { ...chain, links }, signer } });
  }),
];
