// This file lists the invalid documents of the conformance set: JSON that is not in its one form, manifests, layers, index.
import { canonicalBytes, hex, leafDigest, type Manifest, utf8 } from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { BUNDLE_PATH, bytesAt, describeLayers, digestBytes, INDEX_PATH, type Parts, rebuilt, resealed } from "../../../../tools/dev/src/bench/tamper/forge.ts";
import { flipped } from "../../../../tools/dev/src/bench/tamper/family.ts";
import { type Case, edited, layer, LAYERS, packed, text } from "./case.ts";
import { caseOf } from "./container.ts";

type Row = Parameters<typeof caseOf>[0];
const MODEL = "layers/model/student.onnx";
const PACK = "layers/recipes/pack.json";

export async function documentCases(): Promise<Case[]> {
  const parts = await packed();
  return [...jsonRows(parts), ...manifestRows(parts), ...(await layerRows(parts))].map(caseOf);
}

function jsonRows(parts: Parts): Row[] {
  const manifest = text(parts, "manifest.json");
  const spelt = (name: string, changed: string | Uint8Array, why: string): Row => {
    const bytes = typeof changed === "string" ? utf8(changed) : changed;
    return [`json-${name}`, "3", "E_JSON | manifest.json", rebuilt(parts, { "manifest.json": bytes }), why];
  };
  const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;
  const pack = (name: string, bytes: string, why: string): Row => {
    const { manifest: described, index } = describeLayers(parts, { [PACK]: utf8(bytes) });
    const file = resealed(parts, described, { [PACK]: utf8(bytes), [INDEX_PATH]: index });
    return [`json-layer-${name}`, "3", `E_JSON | ${PACK}`, file, why];
  };
  return [
    spelt("space", manifest.replace(",", ", "), "A space."),
    spelt("newline", `${manifest}\n`, "A newline at the end."),
    spelt("byte-order-mark", new Uint8Array([0xef, 0xbb, 0xbf, ...utf8(manifest)]), "A byte order mark."),
    spelt("not-utf8", new Uint8Array([...utf8(manifest).slice(0, -1), 0xff, 0x7d]), "A byte that is not UTF-8."),
    spelt("key-twice", manifest.replace('"name":', '"name":"other","name":'), "A key twice."),
    spelt("key-order", manifest.replace('{"format":"kolm/rs-1",', "{").replace(/\}$/, ',"format":"kolm/rs-1"}'), "Keys in another order."),
    spelt("number-form", manifest.replace(/"size":(\d+)/, '"size":$1.0'), "1.0 for 1."),
    spelt("number-exponent", manifest.replace('"chunk":1048576', '"chunk":1048576e0'), "An exponent."),
    spelt("number-unsafe", manifest.replace(/"size":\d+/, '"size":9007199254740993'), "A number beyond 2^53."),
    spelt("number-minus-zero", manifest.replace(/"size":\d+/, '"size":-0'), "Minus zero."),
    spelt("number-nan", manifest.replace(/"size":\d+/, '"size":NaN'), "What is not JSON at all."),
    spelt("escape", manifest.replace("triage", "\\u0074riage"), "An escape where none is needed."),
    spelt("escaped-slash", manifest.replace("kolm/rs-1", "kolm\\/rs-1"), "An escaped slash."),
    spelt("surrogate", manifest.replace("triage", "tri\\ud800ge"), "Half of a surrogate pair."),
    spelt("proto", manifest.replace("{", '{"__proto__":{},'), "The key __proto__."),
    spelt("empty", "", "No bytes."),
    pack("depth", nested(65), "65 levels."),
    pack("fraction", "[0.5]", "A fraction in a layer the rule binds."),
    pack("lines", "{}\n{}\n", "JSON lines under a name that ends in .json."),
    ["json-receipt", "10", `E_JSON | ${BUNDLE_PATH}`, rebuilt(parts, { [BUNDLE_PATH]: utf8(` ${text(parts, BUNDLE_PATH)}`) }), "A space before the receipt."],
  ];
}

function manifestRows(parts: Parts): Row[] {
  type Loose = Manifest & Record<string, unknown>;
  const broken = (name: string, edit: (manifest: Loose) => void, why: string): Row => {
    const file = rebuilt(parts, { "manifest.json": edited(parts.manifest, edit) });
    return [`manifest-${name}`, "4", "E_MANIFEST | manifest.json", file, why];
  };
  const change = (changes: Record<string, unknown>) => (manifest: Loose) => Object.assign(manifest, changes);
  const inLayer = (changes: Record<string, unknown>, at = 0) => (manifest: Loose) => Object.assign(manifest.layers[at] ?? {}, changes);
  return [
    broken("not-an-object", (manifest) => Object.assign(manifest, { layers: {} }), "layers is no list."),
    broken("format", change({ format: "kolm/rs-2" }), "Another format."),
    broken("unknown-key", change({ note: "hello" }), "A key RS-1 does not know."),
    broken("missing-key", (manifest) => Reflect.deleteProperty(manifest, "version"), "No version."),
    broken("name", change({ name: "Triage" }), "An upper-case letter in the name."),
    broken("name-too-long", change({ name: "a".repeat(64) }), "A name of 64 characters."),
    broken("version", change({ version: "1.0" }), "A version of two numbers."),
    broken("version-zero", change({ version: "01.0.0" }), "A number with a leading zero."),
    broken("summary-empty", change({ summary: "" }), "An empty summary."),
    broken("summary-too-long", change({ summary: "\u{1f600}".repeat(501) }), "A summary of 501 characters."),
    broken("base", change({ base: { name: "b" } }), "A base without a digest."),
    broken("fact-number", change({ kscore: { k: 1 } }), "A fact that is a number."),
    broken("fact-exponent", change({ kscore: { k: "5e-1" } }), "A fact with an exponent."),
    broken("fact-name", change({ gate: { K: "0.5" } }), "A fact whose name begins with an upper-case letter."),
    broken("no-layers", change({ layers: [] }), "No layers."),
    broken("layer-kind", inLayer({ kind: "code" }), "A kind that does not exist."),
    broken("layer-path", inLayer({ path: "layers/docs/student.onnx" }), "A path of another kind."),
    broken("layer-path-name", inLayer({ path: "layers/model/Student.onnx" }), "A path that is no member's name."),
    broken("layer-media-type", inLayer({ mediaType: "text" }), "A media type without a slash."),
    broken("layer-empty", inLayer({ size: 0 }), "A layer of no bytes."),
    broken("layer-too-large", inLayer({ size: 2 ** 40 + 1 }), "A layer of more than 2^40 bytes."),
    broken("layer-digest", inLayer({ sha256: "A".repeat(64) }), "A digest in upper case."),
    broken("layer-root", inLayer({ root: "0".repeat(63) }), "A root of 63 digits."),
    broken("layer-chunk", inLayer({ chunk: 65_536 }), "Another size of chunks."),
    broken("layer-sensitive", inLayer({ sensitive: false }), "sensitive that is not true."),
    broken("layer-referenced", inLayer({ referenced: true }, 2), "A referenced layer that is no model."),
    broken("layer-unknown-key", inLayer({ url: "https://rs1.example" }), "A key of a layer RS-1 does not know."),
    broken("layer-order", (manifest) => Object.assign(manifest, { layers: manifest.layers.toReversed() }), "Layers out of order."),
    broken("layer-twice", (manifest) => Object.assign(manifest, { layers: [manifest.layers[0], ...manifest.layers] }), "A layer twice."),
    ["manifest-layer-missing", "10", "E_ORDER | layers/recipes/pack.json", rebuilt(parts, { [MODEL]: undefined }), "A layer of the manifest is not in the file."],
    ["manifest-last-layer-missing", "10", "E_ORDER | layers/recall/index.bin", rebuilt(parts, { "layers/recall/index.bin": undefined }), "The last layer of the manifest is not in the file."],
    ["manifest-layer-extra", "10", "E_ORDER | layers/recall/zz.bin", rebuilt(parts, { "layers/recall/zz.bin": utf8("x") }), "The manifest does not name a layer."],
    ["manifest-layer-size", "10", `E_SIZE | ${MODEL}`, rebuilt(parts, { [MODEL]: utf8("weights!") }), "A layer is longer than the manifest says."],
    ["manifest-changed", "10", "E_CHAIN | manifest.json | 0", rebuilt(parts, { "manifest.json": edited(parts.manifest, change({ version: "2.0.0" })) }), "Another manifest than the one that was sealed."],
  ];
}

async function layerRows(parts: Parts): Promise<Row[]> {
  const bytes = utf8("Weights");
  const changed = { [MODEL]: bytes };
  const { manifest, index } = describeLayers(parts, changed);
  const withLayer = (edit: object): Manifest => ({ ...parts.manifest, layers: parts.manifest.layers.map((one) => (one.path === MODEL ? { ...one, ...edit } : one)) });
  const leaf = bytesAt(parts.members, INDEX_PATH);
  const wrongRoot = hex(leafDigest(nodeCrypto, bytes));
  const leaves = parts.manifest.layers.map(({ path, root }) => digestBytes(path === MODEL ? wrongRoot : root));
  const chunks = await packed({ layers: [layer("model", "w.bin", new Uint8Array(2_097_153))] });
  const second = chunks.layout.members[4];
  const referenced = { ...layer("model", "encoder.onnx", "base weights"), referenced: true } as const;
  const thin = await packed({ layers: [referenced, ...LAYERS] });
  const large = await packed({ layers: [layer("recipes", "large.json", new Uint8Array(64 * 1_048_576 + 1))] });
  return [
    ["layer-changed", "10", `E_CHUNK | ${MODEL} | 0`, rebuilt(parts, changed), "A layer's byte, under a right CRC-32."],
    ["layer-second-chunk", "10", "E_CHUNK | layers/model/w.bin | 1", flipped(chunks.file, (second?.dataOffset ?? 0) + 1_500_000, 3), "A bit of the second chunk."],
    ["layer-last-chunk", "10", "E_CHUNK | layers/model/w.bin | 2", flipped(chunks.file, (second?.dataOffset ?? 0) + 2_097_152, 3), "A bit of the last, short chunk."],
    ["layer-with-leaf", "10", `E_ROOT | ${MODEL}`, rebuilt(parts, { ...changed, [INDEX_PATH]: index }), "A layer and its leaf."],
    ["layer-with-manifest", "10", `E_CHAIN | ${MODEL} | 1`, rebuilt(parts, { ...changed, [INDEX_PATH]: index, "manifest.json": canonicalBytes(manifest) }), "A layer, its leaf and the manifest, under the old receipt."],
    ["layer-digest", "10", `E_DIGEST | ${MODEL}`, resealed(parts, withLayer({ sha256: "0".repeat(64) })), "A soundly signed SHA-256 that is not the layer's."],
    ["layer-root", "10", `E_ROOT | ${MODEL}`, resealed(parts, withLayer({ root: wrongRoot })), "A soundly signed root that is not that of the leaves."],
    ["layer-other-leaf", "10", `E_CHUNK | ${MODEL} | 0`, resealed(parts, withLayer({ root: wrongRoot }), { [INDEX_PATH]: new Uint8Array(Buffer.concat(leaves)) }), "Root and leaf of other bytes, soundly signed."],
    ["layer-json-too-large", "2.6", "E_LIMIT | layers/recipes/large.json", large.file, "A JSON layer of one byte more than 64 MiB."],
    ["index-short", "10", `E_SIZE | ${INDEX_PATH}`, rebuilt(parts, { [INDEX_PATH]: leaf.subarray(32) }), "A leaf too few."],
    ["index-ragged", "10", `E_SIZE | ${INDEX_PATH}`, rebuilt(parts, { [INDEX_PATH]: leaf.subarray(1) }), "Half a leaf."],
    ["index-changed", "10", `E_ROOT | ${MODEL}`, rebuilt(parts, { [INDEX_PATH]: flipped(leaf, 0, 0) }), "A leaf changed."],
    ["referenced-leaf", "10", "E_ROOT | layers/model/encoder.onnx", rebuilt(thin, { [INDEX_PATH]: flipped(bytesAt(thin.members, INDEX_PATH), 0, 0) }), "A leaf of a referenced layer changed."],
    ["referenced-carried", "4.1", `E_ORDER | ${MODEL}`, resealed(parts, withLayer({ referenced: true })), "A layer that is called referenced and carried all the same."],
    ["carried-missing", "4.1", `E_ORDER | ${MODEL}`, resealed(thin, { ...thin.manifest, layers: thin.manifest.layers.map(({ referenced: _, ...one }) => one) }), "A layer that is called carried and missing."],
  ];
}
