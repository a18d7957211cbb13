// This file lists the invalid receipts and seals of the conformance set.
import { base64, canonicalBytes, kidOf, type Predicate, type Statement, utf8 } from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { BUNDLE_PATH, bundleOf, type Parts, rebuilt, resealed, restated } from "../../../../tools/dev/src/bench/tamper/forge.ts";
import { type Case, type CaseOptions, edited, KEY, OTHER_KEY, packed, TENANT, TENANT_OPTION, TRUSTED } from "./case.ts";
import { caseOf } from "./container.ts";

type Row = readonly [...Parameters<typeof caseOf>[0], options?: CaseOptions];
const RECEIPT = BUNDLE_PATH;

export async function receiptCases(): Promise<Case[]> {
  const parts = await packed();
  const tenant = await packed({ tenant: TENANT });
  const rows = [...bundleRows(parts), ...signatureRows(parts), ...statementRows(parts), ...tenantRows(tenant), ...(await sealRows(parts))];
  return rows.map(([name, section, expected, file, description, options]) => ({
    ...caseOf([name, section, expected, file, description]),
    ...(options && { options }),
  }));
}

const payloadOf = ({ statement }: Parts): Uint8Array => canonicalBytes(statement);

function bundleRows(parts: Parts): Row[] {
  const honest = bundleOf(payloadOf(parts), { key: KEY });
  type Bundle = typeof honest & Record<string, unknown>;
  const shaped = (name: string, edit: (bundle: Bundle) => void, why: string): Row => [
    `bundle-${name}`, "9.1", `E_DSSE | ${RECEIPT}`, rebuilt(parts, { [RECEIPT]: edited(honest, edit) }), why,
  ];
  const { payload } = honest.dsseEnvelope;
  return [
    shaped("media-type", (bundle) => Object.assign(bundle, { mediaType: "application/json" }), "Another media type."),
    shaped("unknown-key", (bundle) => Object.assign(bundle, { note: 1 }), "A key too many."),
    shaped("certificate", (bundle) => Object.assign(bundle, { verificationMaterial: { certificate: { rawBytes: "" } } }), "A certificate in place of a key's name."),
    shaped("payload-type", (bundle) => Object.assign(bundle.dsseEnvelope, { payloadType: "text/plain" }), "Another type of payload."),
    shaped("no-signature", (bundle) => Object.assign(bundle.dsseEnvelope, { signatures: [] }), "No signature."),
    shaped("two-signatures", (bundle) => bundle.dsseEnvelope.signatures.push({ ...bundle.dsseEnvelope.signatures[0], keyid: "", sig: "" }), "Two signatures."),
    shaped("two-names", (bundle) => Object.assign(bundle.verificationMaterial.publicKey, { hint: OTHER_KEY.kid }), "Hint and keyid differ."),
    shaped("hint-form", (bundle) => Object.assign(bundle.verificationMaterial.publicKey, { hint: KEY.kid.toUpperCase() }), "A hint in upper case."),
    shaped("base64-unpadded", (bundle) => Object.assign(bundle.dsseEnvelope, { payload: `${payload}=` }), "Base64 with another padding."),
    shaped("base64-url", (bundle) => Object.assign(bundle.dsseEnvelope, { payload: `${payload.slice(0, 4)}-_-_${payload.slice(8)}` }), "Base64 in the alphabet of URLs."),
    shaped("base64-bits", (bundle) => Object.assign(bundle.dsseEnvelope.signatures[0] ?? {}, { sig: "AB==" }), "Base64 with bits after its last byte."),
    ["bundle-declares-other", "9.4", `E_DSSE | ${RECEIPT}`, restated(parts, declaring(parts, base64(OTHER_KEY.spki))), "The payload declares another key than the bundle names."],
    ["key-unknown", "9.4", `E_KEY_UNKNOWN | ${RECEIPT}`, parts.file, "Keys are given and none of them signed.", { trustedKeys: [Buffer.from(OTHER_KEY.spki).toString("hex")] }],
    ["key-none-trusted", "9.4", `E_KEY_UNKNOWN | ${RECEIPT}`, parts.file, "An empty list of keys trusts nobody.", { trustedKeys: [] }],
    ["key-undeclared", "9.4", `E_KEY_UNKNOWN | ${RECEIPT}`, restated(parts, declaring(parts, undefined)), "No keys are given and the payload declares none."],
    ["key-not-base64", "9.4", `E_KEY_UNKNOWN | ${RECEIPT}`, restated(parts, declaring(parts, "!")), "No keys are given and the declared one is no base64."],
    ["signer-not-base64", "8", `E_DSSE | ${RECEIPT}`, restated(parts, declaring(parts, "!")), "The same under a given key.", TRUSTED],
  ];
}

function declaring({ statement }: Parts, spki: string | undefined): unknown {
  const signer = spki === undefined ? undefined : { alg: "ed25519", spki };
  return { ...statement, predicate: { ...statement.predicate, signer } };
}

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;
const SMALL = { identity: `01${"00".repeat(31)}`, order8: "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", unreduced: `f0${"ff".repeat(30)}7f` };

function signatureRows(parts: Parts): Row[] {
  const payload = payloadOf(parts);
  const honest = Buffer.from(bundleOf(payload, { key: KEY }).dsseEnvelope.signatures[0]?.sig ?? "", "base64");
  const s = BigInt(`0x${Buffer.from(honest.subarray(32)).reverse().toString("hex")}`) + ORDER;
  const twin = Buffer.concat([honest.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, "0"), "hex").reverse()]);
  const signed = (name: string, signature: Uint8Array, why: string): Row => [
    `signature-${name}`, "9.3", `E_SIG | ${RECEIPT}`, rebuilt(parts, { [RECEIPT]: canonicalBytes(bundleOf(payload, { key: KEY, signature: new Uint8Array(signature) })) }), why,
  ];
  const underKey = (name: string, point: string, why: string): Row => {
    const spki = new Uint8Array([...KEY.spki.slice(0, 12), ...Buffer.from(point, "hex")]);
    const kid = kidOf(nodeCrypto, spki);
    const claim = canonicalBytes(declaring(parts, base64(spki)));
    const signature = new Uint8Array([...Buffer.from(SMALL.identity, "hex"), ...new Uint8Array(32)]);
    return [`key-${name}`, "9.3", `E_SIG | ${RECEIPT}`, rebuilt(parts, { [RECEIPT]: canonicalBytes(bundleOf(claim, { key: KEY, kid, signature })) }), why];
  };
  return [
    signed("bit", Buffer.from(honest.map((byte, at) => (at === 5 ? byte ^ 1 : byte))), "A bit of R."),
    signed("scalar", Buffer.from(honest.map((byte, at) => (at === 40 ? byte ^ 1 : byte))), "A bit of S."),
    signed("twin", twin, "S and the group order for S."),
    signed("short", honest.subarray(0, 63), "63 bytes."),
    signed("empty", new Uint8Array(), "No bytes."),
    signed("small-r", Buffer.concat([Buffer.from(SMALL.order8, "hex"), honest.subarray(32)]), "R of small order."),
    signed("unreduced-r", Buffer.concat([Buffer.from(SMALL.unreduced, "hex"), honest.subarray(32)]), "R whose y is not reduced."),
    underKey("identity", SMALL.identity, "The neutral point for a key, under which S = 0 and R neutral fit every message."),
    underKey("small", SMALL.order8, "A key of order 8."),
    underKey("unreduced", SMALL.unreduced, "A key whose y is not reduced."),
    ["signature-other-key", "9.4", `E_SIG | ${RECEIPT}`, rebuilt(parts, { [RECEIPT]: canonicalBytes(bundleOf(payload, { key: OTHER_KEY, kid: KEY.kid })) }), "Another key signed under this one's name."],
    ["signature-other-payload", "9.2", `E_SIG | ${RECEIPT}`, rebuilt(parts, { [RECEIPT]: canonicalBytes(bundleOf(canonicalBytes({ ...parts.statement, subject: parts.statement.subject.toReversed() }), { key: KEY, signature: new Uint8Array(honest) })) }), "The signature is over another payload."],
  ];
}

function statementRows(parts: Parts): Row[] {
  type Loose = Statement & { predicate: Predicate & Record<string, unknown> } & Record<string, unknown>;
  const lie = (name: string, expected: string, edit: (statement: Loose) => void, why: string): Row => {
    const file = rebuilt(parts, { [RECEIPT]: canonicalBytes(bundleOf(edited(parts.statement, (copy) => edit(copy as Loose)), { key: KEY })) });
    return [`statement-${name}`, "10", expected, file, why, TRUSTED];
  };
  const schema = (name: string, edit: (statement: Loose) => void, why: string): Row => lie(name, `E_DSSE | ${RECEIPT}`, edit, why);
  const chain = (edit: (chain: { alg: string; key: string; head: string; links: string[] }) => void) => (statement: Loose) => edit(statement.predicate.chain);
  const zero = "0".repeat(64);
  const spaced = canonicalBytes(bundleOf(utf8(`${Buffer.from(payloadOf(parts)).toString("utf8")} `), { key: KEY }));
  return [
    ["statement-not-canonical", "10", `E_JSON | ${RECEIPT}`, rebuilt(parts, { [RECEIPT]: spaced }), "A space after the statement, soundly signed.", TRUSTED],
    ["statement-not-canonical-undeclared", "9.4", `E_KEY_UNKNOWN | ${RECEIPT}`, rebuilt(parts, { [RECEIPT]: spaced }), "The same where the key is only declared: what is not canonical declares none."],
    schema("type", (statement) => Object.assign(statement, { _type: "https://in-toto.io/Statement/v0.1" }), "Another type of statement."),
    schema("predicate-type", (statement) => Object.assign(statement, { predicateType: "https://slsa.dev/provenance/v1" }), "Another type of predicate."),
    schema("unknown-key", (statement) => Object.assign(statement, { note: 1 }), "A key too many."),
    schema("unknown-claim", (statement) => Object.assign(statement.predicate, { note: 1 }), "A claim RS-1 does not know."),
    schema("no-subjects", (statement) => Object.assign(statement, { subject: [] }), "No subjects."),
    schema("subject-digests", (statement) => Object.assign(statement.subject[0]?.digest ?? {}, { sha512: "" }), "A second digest of a subject."),
    schema("chain-key", chain((claim) => Object.assign(claim, { key: "public.v2" })), "Another key of the chain."),
    schema("one-link", chain((claim) => Object.assign(claim, { links: claim.links.slice(0, 1) })), "One link."),
    schema("tenant-kid", (statement) => Object.assign(statement.predicate, { tenantChain: { kid: " ", head: zero } }), "A tenant key without a name."),
    schema("signer-alg", (statement) => Object.assign(statement.predicate.signer ?? {}, { alg: "ecdsa" }), "Another algorithm."),
    lie("links-too-few", `E_CHAIN | ${RECEIPT} | 4`, chain((claim) => claim.links.pop()), "A link too few."),
    lie("links-too-many", `E_CHAIN | ${RECEIPT} | 4`, chain((claim) => claim.links.push(zero)), "A link too many."),
    lie("link", "E_CHAIN | layers/recipes/pack.json | 2", chain((claim) => claim.links.splice(2, 1, zero)), "A link that does not follow."),
    lie("first-link", "E_CHAIN | layers/model/student.onnx | 1", chain((claim) => claim.links.splice(0, 1, zero)), "The manifest's link, which the next one meets first."),
    lie("head", `E_HEAD | ${RECEIPT}`, chain((claim) => Object.assign(claim, { head: zero })), "A head that is not the last link."),
    lie("subjects-too-few", `E_SUBJECT | ${RECEIPT}`, (statement) => statement.subject.pop(), "A subject too few."),
    lie("subject-name", "E_SUBJECT | layers/model/student.onnx", (statement) => Object.assign(statement.subject[1] ?? {}, { name: "student.onnx" }), "A subject of another name."),
    lie("subject-digest", "E_SUBJECT | manifest.json", (statement) => Object.assign(statement.subject[0]?.digest ?? {}, { sha256: zero }), "A subject of another digest."),
    lie("artifact", `E_SUBJECT | ${RECEIPT}`, (statement) => Object.assign(statement.predicate.artifact ?? {}, { name: "other" }), "Another name than the manifest's."),
    lie("kscore", `E_SUBJECT | ${RECEIPT}`, (statement) => Object.assign(statement.predicate, { kscore: { k: "0.9999" } }), "Another score than the manifest's."),
    lie("gate", `E_SUBJECT | ${RECEIPT}`, (statement) => Object.assign(statement.predicate, { gate: {} }), "Other floors than the manifest's."),
    ["statement-fact-unsealed", "10", `E_SUBJECT | ${RECEIPT}`, unsealedFact(parts), "A score is stated that the manifest does not have.", TRUSTED],
  ];
}

/** The receipt of a manifest with a score, reworked for one without. */
function unsealedFact(parts: Parts): Uint8Array {
  const { kscore: _, ...manifest } = parts.manifest;
  const file = resealed(parts, manifest);
  const start = Buffer.from(file).indexOf('{"dsseEnvelope"');
  const end = Buffer.from(file).indexOf("}}}", start) + 3;
  const bundle = JSON.parse(Buffer.from(file.subarray(start, end)).toString("utf8")) as ReturnType<typeof bundleOf>;
  const statement = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, "base64").toString("utf8")) as Statement;
  const payload = canonicalBytes({ ...statement, predicate: { ...statement.predicate, kscore: { k: "0.8312" } } });
  return rebuilt(parts, { "manifest.json": canonicalBytes(manifest), [RECEIPT]: canonicalBytes(bundleOf(payload, { key: KEY })) });
}

function tenantRows(tenant: Parts): Row[] {
  const secret = "0c".repeat(32);
  return [["tenant-other-secret", "7.2", `E_HEAD | ${RECEIPT}`, tenant.file, "The secret of that name is another.", { tenant: { ...TENANT_OPTION, secret } }]];
}

async function sealRows(parts: Parts): Promise<Row[]> {
  const other = await packed({ facts: { name: "other", version: "1.0.0" } });
  const path = "seal/att-00.json";
  const sealed = (name: string, expected: string, seal: Uint8Array, why: string): Row => [`seal-${name}`, "10", expected, rebuilt(parts, { [path]: seal }), why];
  const bundle = bundleOf(payloadOf(parts), { key: KEY });
  const receipt = parts.members.get(RECEIPT) ?? new Uint8Array();
  const broken = canonicalBytes(bundleOf(payloadOf(parts), { key: KEY, signature: new Uint8Array(64).fill(3) }));
  return [
    sealed("not-canonical", `E_JSON | ${path}`, utf8(`${Buffer.from(receipt).toString("utf8")}\n`), "A newline after a seal."),
    sealed("no-bundle", `E_DSSE | ${path}`, utf8("{}"), "An attestation that is no bundle."),
    sealed("other-artifact", `E_SEAL_SUBJECT | ${path}`, other.members.get(RECEIPT) ?? receipt, "A seal about another artifact."),
    sealed("no-statement", `E_SEAL_SUBJECT | ${path}`, canonicalBytes(bundleOf(utf8("hello"), { key: KEY })), "A payload that is no statement."),
    sealed("signature", `E_SIG | ${path}`, broken, "A signature that does not hold."),
    sealed("two-keys", `E_DSSE | ${path}`, canonicalBytes(bundleOf(payloadOf(parts), { key: OTHER_KEY })), "It declares another key than it names."),
    ["seal-checksum", "10", "E_HEADER | seal/time.tsr", corrupted(parts), "A bit of a seal nobody can judge: the checksum tells."],
    sealed("two-names", `E_DSSE | ${path}`, edited(bundle, (copy) => Object.assign(copy.verificationMaterial.publicKey, { hint: OTHER_KEY.kid })), "Hint and keyid differ."),
  ];
}

function corrupted(parts: Parts): Uint8Array {
  const file = rebuilt(parts, { "seal/time.tsr": utf8("a timestamp") });
  const at = Buffer.from(file).indexOf("a timestamp");
  return file.with(at, 0x62);
}
