// This file lists the valid cases of the conformance set: what a verifier must accept, and what it must say.
import { canonicalBytes, type Manifest } from "@kolm/format";
import { BUNDLE_PATH, bundleOf, rebuilt, resealed } from "../../../../tools/dev/src/bench/tamper/forge.ts";
import { type Case, KEY, layer, LAYERS, minimal, packed, TENANT, TENANT_OPTION, TRUSTED } from "./case.ts";

const KINDS = ["model", "adapter", "recipes", "recall", "verifier", "docs"] as const;

export async function validCases(): Promise<Case[]> {
  return [...(await layerCases()), ...(await receiptCases()), ...(await sealCases())];
}

async function layerCases(): Promise<Case[]> {
  const everyKind = await packed({ layers: KINDS.map((kind) => layer(kind, "a.bin", kind)) });
  const chunks = await packed({ layers: [layer("model", "w.bin", new Uint8Array(1_048_577)), layer("docs", "full", new Uint8Array(1_048_576))] });
  const aligned = await packed({ layers: [layer("model", "w.bin", new Uint8Array(16_384)), layer("docs", "d", new Uint8Array(16_383))] });
  const deep = `${"[".repeat(64)}${"]".repeat(64)}`;
  const keys = '{"\\r":1,"1":2,"\u0080":3,"\u00f6":4,"\u20ac":5,"\ud83d\ude00":6,"\ufb33":7}';
  const json = await packed({ layers: [layer("recipes", "deep.json", deep), layer("recipes", "keys.json", keys), layer("recall", "loose.json", "{ }"), layer("docs", "loose.json", "[1.0]")] });
  const numbers = await packed({ layers: [layer("verifier", "n.json", "[-9007199254740991,0,9007199254740991]")] });
  const long = "n".repeat(63);
  const names = await packed({ layers: [layer("docs", `${long}/${long}`, "a"), layer("docs", "console", "b"), layer("docs", "com10.nul-a", "c")] });
  const facts = { name: "a".repeat(63), version: "10.20.30-rc.1", summary: "\u{1f600}".repeat(500), base: { name: "b", sha256: "0".repeat(64) }, kscore: { k: "-0.000000000000001" }, gate: {} };
  const referenced = { ...layer("model", "encoder.onnx", "base weights"), referenced: true } as const;
  const thin = await packed({ layers: [referenced, ...LAYERS] });
  const only = await packed({ layers: [referenced] });
  const sensitive = await packed({ layers: [{ ...layer("recall", "a.bin", "a"), sensitive: true }] });
  return [
    { name: "minimal", description: "One layer of one byte.", section: "2", ...(await minimal()) },
    { name: "every-kind", description: "A layer of each kind, in chain order.", section: "2.2", ...everyKind },
    { name: "two-chunks", description: "A layer of one byte more than a chunk, another of exactly one.", section: "5", ...chunks },
    { name: "alignment", description: "16,384 bytes are aligned to 16,384, one byte less to 64.", section: "2.3", ...aligned },
    { name: "json-layers", description: "64 levels; keys in the order of UTF-16 code units; JSON of kinds the rule does not bind.", section: "3", ...json },
    { name: "json-numbers", description: "The greatest and least numbers.", section: "3", ...numbers },
    { name: "names", description: "The longest parts of a name; names that only resemble device names.", section: "2.2", ...names },
    { name: "all-facts", description: "Every key of the manifest; a summary of 500 characters beyond the BMP.", section: "4", ...(await packed({ facts })) },
    { name: "referenced", description: "A model that is named and not carried.", section: "4.1", ...thin, says: { referenced: [described(thin.manifest)] } },
    { name: "referenced-only", description: "No layer is carried at all.", section: "4.1", ...only, says: { referenced: [described(only.manifest)] } },
    { name: "sensitive", description: "A layer marked sensitive.", section: "4", ...sensitive },
  ].map(trimmed);
}

async function receiptCases(): Promise<Case[]> {
  const sample = await packed();
  const tenant = await packed({ tenant: TENANT });
  const { chain } = sample.statement.predicate;
  const bare = canonicalBytes({ ...sample.statement, predicate: { chain } });
  const kid = sample.key.kid;
  return [
    { name: "self-declared", description: "No keys are given: the declared key proves the file whole.", section: "9.4", ...sample, says: { signer: { kid, standing: "self-declared" }, tenantChain: "absent" } },
    { name: "trusted", description: "Signed by a key that is given.", section: "9.4", ...sample, options: TRUSTED, says: { signer: { kid, standing: "trusted" } } },
    { name: "no-claims", description: "A statement of the chain alone, under a given key.", section: "8", file: rebuilt(sample, { [BUNDLE_PATH]: canonicalBytes(bundleOf(bare, { key: KEY })) }), options: TRUSTED, says: { signer: { kid, standing: "trusted" } } },
    { name: "claims-left-out", description: "Facts in the manifest need not be stated.", section: "8", file: resealed(sample, sample.manifest) },
    { name: "tenant-unchecked", description: "A tenant chain without its secret at hand.", section: "7.2", ...tenant, says: { tenantChain: "unchecked" } },
    { name: "tenant-proved", description: "A tenant chain with its secret.", section: "7.2", ...tenant, options: { tenant: TENANT_OPTION }, says: { tenantChain: "proved" } },
    { name: "tenant-other-kid", description: "A secret of another name says nothing.", section: "7.2", ...tenant, options: { tenant: { ...TENANT_OPTION, kid: "t-2" } }, says: { tenantChain: "unchecked" } },
  ].map(trimmed);
}

async function sealCases(): Promise<Case[]> {
  const sample = await packed();
  const receipt = sample.members.get(BUNDLE_PATH) ?? new Uint8Array();
  const about = { subject: [{ digest: { sha256: "0".repeat(64) } }, { digest: { sha256: idOf(sample.statement) }, name: "it" }] };
  const undeclared = canonicalBytes(bundleOf(canonicalBytes(about), { key: KEY }));
  const seals = { "seal/anchor.tlog-proof": Uint8Array.of(1), "seal/att-00.json": receipt, "seal/att-01.json": undeclared, "seal/bundle-0123456789abcdef.json": receipt, "seal/oms.sig": Uint8Array.of(2), "seal/time.tsr": Uint8Array.of(3) };
  const unjudged = ["seal/anchor.tlog-proof", "seal/att-01.json", "seal/oms.sig", "seal/time.tsr"];
  const standing = (path: string) => ({ path, standing: unjudged.includes(path) ? "unjudged" : "signed" });
  return [
    { name: "seals", description: "Every name of a seal; signed where the key is declared, unjudged elsewhere.", section: "10", file: rebuilt(sample, seals), says: { seals: Object.keys(seals).map(standing) } },
    { name: "seal-of-a-stranger", description: "Trusted keys are for the receipt: a seal under another key is signed all the same.", section: "10", file: rebuilt(sample, { "seal/att-00.json": receipt }), options: TRUSTED, says: { seals: [{ path: "seal/att-00.json", standing: "signed" }] } },
  ];
}

const idOf = ({ subject }: { subject: readonly { digest: { sha256: string } }[] }): string => subject[0]?.digest.sha256 ?? "";

const described = ({ layers }: Manifest) => layers.map(({ path, size, sha256 }) => ({ path, size, sha256 }))[0];

/** Cases are spread from parts, of which only the file belongs to them. */
function trimmed({ name, description, section, file, options, says }: Case): Case {
  return { name, description, section, file, ...(options && { options }), ...(says && { says }) };
}
