// This file forges seals beside a sound artifact.
import { base64, canonicalBytes, declaredKey, parseBundle, parseCanonical, utf8, type VerdictCode } from "@kolm/format";
import type { Rng } from "@kolm/stage";
import { digest, type Family, flipped, type Mutant, noise, pick, word } from "../family.ts";
import { bundleOf, type Parts, rebuilt } from "../forge.ts";
import { honest, misshapen, payloadOf } from "./signatures.ts";

const SEAL = "seal/att-00.json";

/** A seal beside a sound artifact; artifacts that have none get one. */
function sealing(name: string, codes: readonly VerdictCode[], seal: (parts: Parts, rng: Rng) => Uint8Array): Family {
  return {
    name: `seal: ${name}`,
    make: (parts, rng): Mutant | undefined => {
      if (parts.members.has("seal/time.tsr") !== parts.members.has(SEAL)) return undefined;
      return { file: rebuilt(parts, { [SEAL]: seal(parts, rng) }), codes };
    },
  };
}

const attestation = (parts: Parts, payload: Uint8Array): Uint8Array =>
  canonicalBytes(bundleOf(payload, { key: parts.key }));

export const SEAL_FAMILIES: readonly Family[] = [
  sealing("about another artifact", ["E_SEAL_SUBJECT"], (parts, rng) => {
    const subject = [{ name: word(rng), digest: { sha256: digest(rng) } }];
    return attestation(parts, canonicalBytes({ ...parts.statement, subject }));
  }),
  sealing("about nothing", ["E_SEAL_SUBJECT"], (parts, rng) =>
    attestation(
      parts,
      pick(rng, [
        noise(rng, 30),
        utf8(word(rng)),
        canonicalBytes({ subject: [{ digest: word(rng) }] }),
        canonicalBytes([word(rng)]),
      ]),
    ),
  ),
  sealing("under a signature with a bit changed", ["E_SIG"], (parts, rng) => {
    const payload = payloadOf(parts);
    return canonicalBytes(
      bundleOf(payload, {
        key: parts.key,
        signature: flipped(honest(payload, parts), rng.integer(64), rng.integer(8)),
      }),
    );
  }),
  sealing("that declares another key", ["E_DSSE"], (parts, rng) => {
    const signer = { alg: "ed25519", spki: base64(noise(rng, 44)) };
    return attestation(
      parts,
      canonicalBytes({ ...parts.statement, predicate: { ...parts.statement.predicate, signer } }),
    );
  }),
  sealing("that is no bundle", ["E_DSSE", "E_JSON"], (parts, rng) =>
    pick(rng, [
      canonicalBytes(misshapen(payloadOf(parts), rng, parts)),
      noise(rng, 1 + rng.integer(60)),
      canonicalBytes({ [word(rng)]: 1 }),
    ]),
  ),
  {
    name: "seal: with a bit changed under a right checksum",
    make: (parts, rng) => {
      const bytes = parts.members.get(SEAL);
      if (bytes === undefined) return undefined;
      const seal = flipped(bytes, rng.integer(bytes.length), rng.integer(8));
      // A seal that declares no key is unjudged, and no attack: anyone may add one.
      if (!declaresKey(seal)) return undefined;
      return { file: rebuilt(parts, { [SEAL]: seal }), codes: ["E_JSON", "E_DSSE", "E_SEAL_SUBJECT", "E_SIG"] };
    },
  },
];

function declaresKey(seal: Uint8Array): boolean {
  const bundle = parseBundle(seal, SEAL);
  return !bundle.ok || !parseCanonical(bundle.value.payload).ok || declaredKey(bundle.value.payload) !== undefined;
}
