// This file attacks the JSON documents: what means the same in another spelling, and manifests that say what they may not.
import { canonicalBytes, type Manifest, utf8 } from "@kolm/format";
import type { Rng } from "@kolm/stage";
import { type Family, type Mutant, noise, pick } from "../family.ts";
import { BUNDLE_PATH, bundleOf, bytesAt, describeLayers, INDEX_PATH, type Parts, rebuilt, resealed } from "../forge.ts";
import { type Misspelling, MISSPELLINGS, misspelt } from "../spelling.ts";

type Target = (parts: Parts, rng: Rng, spelt: (value: unknown) => Uint8Array | undefined) => Mutant | undefined;

const parse = (bytes: Uint8Array): unknown => JSON.parse(Buffer.from(bytes).toString("utf8"));

/** Each document RS-1 has, and what its misspelling is called. */
const TARGETS: readonly Target[] = [
  (parts, _, spelt) => {
    const bytes = spelt(parts.manifest);
    return bytes && { file: rebuilt(parts, { "manifest.json": bytes }), codes: ["E_JSON"] };
  },
  (parts, _, spelt) => {
    const bytes = spelt(parse(bytesAt(parts.members, BUNDLE_PATH)));
    return bytes && { file: rebuilt(parts, { [BUNDLE_PATH]: bytes }), codes: ["E_JSON"] };
  },
  (parts, rng, spelt) => {
    const payload = spelt(parts.statement);
    if (payload === undefined) return undefined;
    const bundle = canonicalBytes(bundleOf(payload, { key: parts.key }));
    const trusted = rng.integer(2) === 0;
    return { file: rebuilt(parts, { [BUNDLE_PATH]: bundle }), codes: [trusted ? "E_JSON" : "E_KEY_UNKNOWN"], trusted };
  },
  (parts, rng, spelt) => {
    const layers = parts.manifest.layers.filter(({ path }) => path.endsWith(".json"));
    if (layers.length === 0) return undefined;
    const { path } = pick(rng, layers);
    const bytes = spelt(parse(bytesAt(parts.members, path)));
    if (bytes === undefined) return undefined;
    const { manifest, index } = describeLayers(parts, { [path]: bytes });
    return { file: resealed(parts, manifest, { [path]: bytes, [INDEX_PATH]: index }), codes: ["E_JSON"] };
  },
  (parts, _, spelt) => {
    const seal = parts.members.get("seal/att-00.json");
    const bytes = seal && spelt(parse(seal));
    return bytes && { file: rebuilt(parts, { "seal/att-00.json": bytes }), codes: ["E_JSON"] };
  },
];

function spelling(kind: Misspelling): Family {
  return {
    name: `JSON: ${kind}`,
    make: (parts, rng) => pick(rng, TARGETS)(parts, rng, (value) => misspelt(value, kind, rng)),
  };
}

type Edited = Record<string, unknown>;

/** A manifest that is canonical JSON and breaks its schema, whoever signed it. */
function breaking(name: string, edit: (manifest: Edited, rng: Rng, layer: Edited) => void): Family {
  return {
    name: `manifest: ${name}`,
    make: (parts, rng) => {
      const layers: Edited[] = parts.manifest.layers.map((layer) => ({ ...layer }));
      const manifest: Edited = { ...parts.manifest, layers };
      edit(manifest, rng, pick(rng, layers));
      return { file: rebuilt(parts, { "manifest.json": canonicalBytes(manifest) }), codes: ["E_MANIFEST"] };
    },
  };
}

const word = (rng: Rng): string => Array.from(noise(rng, 6), (byte) => String.fromCharCode(97 + (byte % 26))).join("");

/** A value of a type, or a spelling, that no key of the manifest takes. */
const wrong = (rng: Rng): unknown =>
  pick(rng, [
    null,
    true,
    false,
    -1 - rng.integer(1000),
    [],
    {},
    "",
    ` ${word(rng)}`,
    `${word(rng)}\n`,
    [word(rng)],
    { [word(rng)]: 1 },
    "ä".repeat(1 + rng.integer(9)),
  ]);

const LAYER_KEYS = ["kind", "path", "mediaType", "size", "sha256", "root", "chunk"];

/** A manifest that fits its schema and is not the one that was sealed. */
function differing(name: string, edit: (manifest: Manifest, rng: Rng) => Manifest | undefined): Family {
  return {
    name: `manifest: ${name}`,
    make: (parts, rng) => {
      const manifest = edit(parts.manifest, rng);
      return manifest && { file: rebuilt(parts, { "manifest.json": canonicalBytes(manifest) }), codes: ["E_CHAIN"] };
    },
  };
}

const decimal = (rng: Rng): string => `0.${1 + rng.integer(8)}${rng.integer(1_000_000)}`;

const editLayer = (manifest: Manifest, rng: Rng, change: object): Manifest => {
  const at = rng.integer(manifest.layers.length);
  return {
    ...manifest,
    layers: manifest.layers.map((layer, index) => (index === at ? { ...layer, ...change } : layer)),
  };
};

export const DOCUMENT_FAMILIES: readonly Family[] = [
  ...MISSPELLINGS.map(spelling),
  breaking("an unknown key", (manifest, rng, layer) => {
    pick(rng, [manifest, layer])[`x${word(rng)}`] = pick(rng, [1, true, word(rng), null]);
  }),
  breaking("a key missing", (manifest, rng, layer) => {
    const [target, keys] = pick(rng, [
      [manifest, ["format", "name", "version", "layers"]] as const,
      [layer, LAYER_KEYS] as const,
    ]);
    delete target[pick(rng, keys)];
  }),
  breaking("a value of the wrong kind", (manifest, rng, layer) => {
    const top = ["format", "name", "version", "layers", "summary", "base"];
    const [target, keys] = pick(rng, [
      [manifest, top] as const,
      [layer, [...LAYER_KEYS, "sensitive", "referenced"]] as const,
    ]);
    const [key, value] = [pick(rng, keys), wrong(rng)];
    if (value === true && (key === "sensitive" || key === "referenced")) target[key] = false;
    else if (key === "summary" && typeof value === "string") target[key] = "s".repeat(501 + rng.integer(100));
    else target[key] = value;
  }),
  breaking("a fact that is no decimal", (manifest, rng) => {
    const bad = [
      `.${rng.integer(99)}`,
      `0${rng.integer(10)}.5`,
      `${rng.integer(9)}.`,
      `${rng.integer(9)}e${rng.integer(9)}`,
      `+${rng.integer(9)}`,
      "NaN",
      "",
      `0.${"1".repeat(16 + rng.integer(9))}`,
      rng.integer(100),
    ];
    manifest[pick(rng, ["kscore", "gate"])] =
      rng.integer(3) === 0 ? { [`${word(rng)}!`]: "0.5" } : { [word(rng)]: pick(rng, bad) };
  }),
  breaking("layers out of chain order or twice", (manifest, rng, layer) => {
    const layers = manifest["layers"];
    if (Array.isArray(layers))
      manifest["layers"] =
        rng.integer(2) === 0 ? layers.toReversed() : [...layers, { ...layer, size: 1 + rng.integer(100_000) }];
  }),
  breaking("a path outside its kind", (_, rng, layer) => {
    layer["path"] = pick(rng, [
      `layers/other/${word(rng)}`,
      `layers/${String(layer["kind"])}x/${word(rng)}`,
      `seal/${word(rng)}`,
      `layers/${String(layer["kind"])}/../${word(rng)}`,
      `layers/${String(layer["kind"])}/${word(rng)}.`,
      `layers/${String(layer["kind"])}`,
    ]);
  }),
  differing("another name or version", (manifest, rng) => ({
    ...manifest,
    ...pick(rng, [{ name: word(rng) }, { version: `2.${rng.integer(1000)}.0` }]),
  })),
  differing("other facts", (manifest, rng) => ({ ...manifest, [pick(rng, ["kscore", "gate"])]: { k: decimal(rng) } })),
  differing("another summary or base", (manifest, rng) => ({
    ...manifest,
    ...pick(rng, [
      { summary: word(rng) },
      { base: { name: word(rng), sha256: Buffer.from(noise(rng, 32)).toString("hex") } },
    ]),
  })),
  differing("another media type", (manifest, rng) =>
    editLayer(manifest, rng, { mediaType: `application/${word(rng)}` }),
  ),
  differing("another digest of a layer", (manifest, rng) =>
    editLayer(manifest, rng, { [pick(rng, ["sha256", "root"])]: Buffer.from(noise(rng, 32)).toString("hex") }),
  ),
  {
    name: "manifest: another size of a layer",
    make: (parts, rng): Mutant => {
      const size = 1 + rng.integer(1_000_000);
      const manifest = editLayer(parts.manifest, rng, { size });
      const same = manifest.layers.every((layer, at) => layer.size === parts.manifest.layers[at]?.size);
      const referenced = manifest.layers.some(
        (layer, at) => layer.referenced && layer.size !== parts.manifest.layers[at]?.size,
      );
      const changed = same ? editLayer(parts.manifest, rng, { size: size + 1_000_000 }) : manifest;
      return {
        file: rebuilt(parts, { "manifest.json": canonicalBytes(changed) }),
        codes: referenced ? ["E_CHAIN"] : same ? ["E_SIZE", "E_CHAIN"] : ["E_SIZE"],
      };
    },
  },
  {
    name: "manifest: not JSON at all",
    make: (parts, rng) => ({
      file: rebuilt(parts, {
        "manifest.json": rng.integer(4) === 0 ? utf8(word(rng)) : noise(rng, 1 + rng.integer(300)),
      }),
      // A lone digit is JSON, and no manifest.
      codes: ["E_JSON", "E_MANIFEST"],
    }),
  },
];
