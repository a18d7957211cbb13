// This file forges signatures and the bundles they stand in, over statements that are honest or nearly so.
import { base64, canonicalBytes, fromBase64, kidOf, type VerdictCode } from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import type { Rng } from "@kolm/stage";
import { digest, type Family, flipped, type Mutant, noise, OTHER_KEY, pick, word } from "../family.ts";
import { BUNDLE_PATH, bundleOf, type Parts, rebuilt, resealed } from "../forge.ts";

export const payloadOf = ({ statement }: Parts): Uint8Array => canonicalBytes(statement);

/** The file under a bundle over its honest statement that is itself not honest. */
function signing(
  name: string,
  codes: readonly VerdictCode[],
  sign: (payload: Uint8Array, rng: Rng, parts: Parts) => unknown,
): Family {
  return {
    name: `signature: ${name}`,
    make: (parts, rng): Mutant | undefined => {
      const bundle = sign(payloadOf(parts), rng, parts);
      return bundle === undefined
        ? undefined
        : { file: rebuilt(parts, { [BUNDLE_PATH]: canonicalBytes(bundle) }), codes };
    },
  };
}

/** The honest signature over a payload. */
export const honest = (payload: Uint8Array, { key }: Parts): Uint8Array =>
  fromBase64(bundleOf(payload, { key }).dsseEnvelope.signatures[0]?.sig ?? "") ?? new Uint8Array();

const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

/** A signature with S + n·L for S: the same equation, another spelling. */
function twin(signature: Uint8Array, times: bigint): Uint8Array {
  const s = BigInt(`0x${Buffer.from(signature.slice(32)).reverse().toString("hex")}`) + times * ORDER;
  return new Uint8Array([...signature.slice(0, 32), ...Buffer.from(s.toString(16).padStart(64, "0"), "hex").reverse()]);
}

/** Encodings of points that a strict verifier refuses before it computes: small order, or y not reduced. */
const BAD_POINTS = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
].flatMap((text) => [
  text,
  text.slice(0, 62) + (Number.parseInt(text.slice(62), 16) | 0x80).toString(16).padStart(2, "0"),
]);

export const SIGNATURE_FAMILIES: readonly Family[] = [
  signing("a bit", ["E_SIG"], (payload, rng, parts) => ({
    ...bundleOf(payload, {
      key: parts.key,
      signature: flipped(honest(payload, parts), rng.integer(64), rng.integer(8)),
    }),
  })),
  signing("of another length", ["E_SIG"], (payload, rng, parts) => {
    const length = pick(rng, [rng.integer(64), 65 + rng.integer(200)]);
    return bundleOf(payload, {
      key: parts.key,
      signature: new Uint8Array([...honest(payload, parts), ...noise(rng, 300)]).slice(0, length),
    });
  }),
  signing("its twin beyond the group order, or noise", ["E_SIG"], (payload, rng, parts) => {
    const times = rng.integer(16);
    return bundleOf(payload, {
      key: parts.key,
      signature: times > 0 && times < 15 ? twin(honest(payload, parts), BigInt(times)) : noise(rng, 64),
    });
  }),
  signing("an R of small order or not reduced", ["E_SIG"], (payload, rng, parts) =>
    bundleOf(payload, {
      key: parts.key,
      signature: new Uint8Array([...Buffer.from(pick(rng, BAD_POINTS), "hex"), ...noise(rng, 31), 0]),
    }),
  ),
  signing("by another key under this one's name", ["E_SIG"], (payload, rng, parts) => {
    const seal = {
      ...parts.statement,
      predicate: { ...parts.statement.predicate, kscore: { k: `0.${rng.integer(1_000_000)}1` } },
    };
    return bundleOf(canonicalBytes(seal), { key: OTHER_KEY, kid: parts.key.kid });
  }),
  signing("over another payload", ["E_SIG"], (payload, rng, parts) => {
    const { predicate } = parts.statement;
    const other = canonicalBytes({
      ...parts.statement,
      predicate: { ...predicate, gate: { k: `0.${rng.integer(1_000_000)}1` } },
    });
    return bundleOf(other, { key: parts.key, signature: honest(payload, parts) });
  }),
  signing("under a key of small order that fits anything", ["E_SIG"], (_, rng, parts) => {
    const spki = new Uint8Array([...parts.key.spki.slice(0, 12), ...Buffer.from(pick(rng, BAD_POINTS), "hex")]);
    const predicate = { ...parts.statement.predicate, signer: { alg: "ed25519", spki: base64(spki) } };
    const payload = canonicalBytes({ ...parts.statement, predicate });
    const signature = new Uint8Array([...Buffer.from(pick(rng, BAD_POINTS), "hex"), ...noise(rng, 31), 0]);
    return bundleOf(payload, { key: parts.key, kid: kidOf(nodeCrypto, spki), signature });
  }),
  signing("another hint", ["E_DSSE"], (payload, rng, parts) => bundleOf(payload, { key: parts.key, kid: digest(rng) })),
  signing("two names for the key", ["E_DSSE"], (payload, rng, parts) => ({
    ...bundleOf(payload, { key: parts.key }),
    verificationMaterial: { publicKey: { hint: digest(rng) } },
  })),
  signing("a bundle of another shape", ["E_DSSE"], (payload, rng, parts) => misshapen(payload, rng, parts)),
  signing("base64 in another spelling", ["E_DSSE"], (payload, rng, parts) => {
    const bundle = bundleOf(payload, { key: parts.key });
    const { dsseEnvelope } = bundle;
    const at = rng.integer(dsseEnvelope.payload.length);
    const text = `${dsseEnvelope.payload.slice(0, at)}${pick(rng, ["-", "_", "=", " ", "\n", "*"])}${dsseEnvelope.payload.slice(at + rng.integer(2))}`;
    return { ...bundle, dsseEnvelope: { ...dsseEnvelope, payload: text } };
  }),
  {
    name: "signature: by a stranger",
    make: (parts, rng) => {
      const stranger = { ...parts, key: OTHER_KEY };
      return {
        file: resealed(stranger, { ...parts.manifest, version: `1.${rng.integer(1_000_000)}.0` }),
        codes: ["E_KEY_UNKNOWN"],
        trusted: true,
      };
    },
  },
];

/** A bundle over the payload that breaks its schema. */
export function misshapen(payload: Uint8Array, rng: Rng, { key }: Parts): unknown {
  const bundle = bundleOf(payload, { key });
  const { dsseEnvelope } = bundle;
  const signature = dsseEnvelope.signatures[0];
  return pick(rng, [
    { ...bundle, [word(rng)]: 1 },
    { ...bundle, mediaType: `application/${word(rng)}` },
    { ...bundle, verificationMaterial: { publicKey: { hint: key.kid, [word(rng)]: 1 } } },
    { ...bundle, dsseEnvelope: { ...dsseEnvelope, payloadType: word(rng) } },
    { ...bundle, dsseEnvelope: { ...dsseEnvelope, signatures: [] } },
    { ...bundle, dsseEnvelope: { ...dsseEnvelope, signatures: [signature, { ...signature, keyid: word(rng) }] } },
    { ...bundle, dsseEnvelope: { ...dsseEnvelope, signatures: [{ ...signature, [word(rng)]: "" }] } },
    { dsseEnvelope, mediaType: bundle.mediaType, [word(rng)]: null },
    [word(rng)],
    word(rng),
    rng.integer(1_000_000),
  ]);
}
