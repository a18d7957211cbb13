// This file forges statements: sound signatures over lies.
import { base64, type Predicate, type Statement, type VerdictCode } from "@kolm/format";
import type { Rng } from "@kolm/stage";
import { digest, type Family, type Mutant, noise, pick, word } from "../family.ts";
import { restated } from "../forge.ts";

const swap = <T>(values: readonly T[], rng: Rng): T[] => rng.shuffle(values);

/** A soundly signed statement that is not what the file is. */
function lying(
  name: string,
  codes: readonly VerdictCode[],
  lie: (predicate: Predicate, rng: Rng, statement: Statement) => unknown,
): Family {
  return {
    name: `statement: ${name}`,
    make: (parts, rng): Mutant | undefined => {
      const statement = lie(parts.statement.predicate, rng, parts.statement);
      return statement === undefined ? undefined : { file: restated(parts, statement), codes };
    },
  };
}

const withLinks = (predicate: Predicate, statement: Statement, links: readonly string[]): unknown => ({
  ...statement,
  predicate: { ...predicate, chain: { ...predicate.chain, links } },
});

export const STATEMENT_FAMILIES: readonly Family[] = [
  lying("a chain link", ["E_CHAIN"], (predicate, rng, statement) =>
    withLinks(predicate, statement, predicate.chain.links.with(rng.integer(predicate.chain.links.length), digest(rng))),
  ),
  lying("links dropped or added", ["E_CHAIN"], (predicate, rng, statement) => {
    const { links } = predicate.chain;
    const more = Array.from({ length: 1 + rng.integer(5) }, () => digest(rng));
    return withLinks(
      predicate,
      statement,
      rng.integer(2) === 0 ? links.slice(0, 2 + rng.integer(links.length - 2)) : [...links, ...more],
    );
  }),
  lying("the head", ["E_HEAD"], (predicate, rng, statement) => ({
    ...statement,
    predicate: { ...predicate, chain: { ...predicate.chain, head: digest(rng) } },
  })),
  lying("a subject's digest or name", ["E_SUBJECT"], (_, rng, statement) => {
    const at = rng.integer(statement.subject.length);
    const change = rng.integer(2) === 0 ? { digest: { sha256: digest(rng) } } : { name: word(rng) };
    return {
      ...statement,
      subject: statement.subject.map((one, index) => (index === at ? { ...one, ...change } : one)),
    };
  }),
  lying("subjects dropped, added, in another order", ["E_SUBJECT"], (_, rng, statement) => {
    const { subject } = statement;
    const added = [...subject, { name: word(rng), digest: { sha256: digest(rng) } }];
    const changed = pick(rng, [subject.slice(0, 1 + rng.integer(subject.length - 1)), added, swap(subject, rng)]);
    return changed.every((one, at) => one === subject[at]) && changed.length === subject.length
      ? undefined
      : { ...statement, subject: changed };
  }),
  lying("other facts", ["E_SUBJECT"], (predicate, rng, statement) => {
    const facts = { k: `0.9${rng.integer(1_000_000)}` };
    const claim = pick(rng, [{ kscore: facts }, { gate: facts }, { artifact: { name: word(rng), version: "1.0.0" } }]);
    return { ...statement, predicate: { ...predicate, ...claim } };
  }),
  lying("what no statement may say", ["E_DSSE"], (predicate, rng, statement) => {
    const bad = [
      { ...statement, [word(rng)]: true },
      { ...statement, predicate: { ...predicate, [word(rng)]: 1 } },
      { ...statement, _type: `https://in-toto.io/Statement/${word(rng)}` },
      { ...statement, predicateType: `https://${word(rng)}` },
      { ...statement, predicate: { ...predicate, chain: { ...predicate.chain, alg: word(rng) } } },
      { ...statement, predicate: { ...predicate, chain: { ...predicate.chain, key: word(rng) } } },
      { ...statement, predicate: { ...predicate, chain: { ...predicate.chain, head: digest(rng).toUpperCase() } } },
      { ...statement, predicate: { ...predicate, chain: { ...predicate.chain, links: [digest(rng)] } } },
      { ...statement, subject: [] },
      {
        ...statement,
        subject: [...statement.subject, { name: word(rng), digest: { sha256: digest(rng), sha512: "00" } }],
      },
      { ...statement, predicate: { ...predicate, kscore: { k: rng.integer(100) } } },
      { ...statement, predicate: { ...predicate, tenantChain: { kid: "", head: digest(rng) } } },
      { ...statement, predicate: { ...predicate, signer: { ...predicate.signer, alg: word(rng) } } },
    ];
    return pick(rng, bad);
  }),
  lying("another key", ["E_DSSE"], (predicate, rng, statement) => ({
    ...statement,
    predicate: { ...predicate, signer: { alg: "ed25519", spki: base64(noise(rng, 1 + rng.integer(60))) } },
  })),
  lying("no key", ["E_KEY_UNKNOWN"], (predicate, rng, statement) => {
    const spki = pick(rng, [`!${word(rng)}`, ` ${word(rng)}`, "A", rng.integer(10_000), null, undefined]);
    return {
      ...statement,
      predicate: { ...predicate, signer: spki === undefined ? undefined : { alg: "ed25519", spki } },
      subject: swap(statement.subject, rng),
    };
  }),
  {
    name: "statement: a tenant chain under another secret",
    make: (parts, rng) => {
      const { predicate } = parts.statement;
      if (predicate.tenantChain === undefined) return undefined;
      const tenantChain = { ...predicate.tenantChain, head: digest(rng) };
      return {
        file: restated(parts, { ...parts.statement, predicate: { ...predicate, tenantChain } }),
        codes: ["E_HEAD"],
        tenant: true,
      };
    },
  },
];
