// This file checks trust files: thresholds, rotation of roots, rollback, expiry, and that hostile files are refused, never thrown over.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import {
  acceptTrust,
  canonicalBytes,
  draftTrust,
  encodeTrustFile,
  fromUtf8,
  KolmError,
  parseTrustFile,
  preAuthEncoding,
  type Signer,
  signTrust,
  TRUST_PAYLOAD_TYPE,
  type TrustFacts,
  type TrustVersion,
  VERDICT_CODES,
} from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import fc from "fast-check";
import {
  FACTS,
  NOW,
  OTHER,
  RELEASE,
  releaseKey,
  ROOT_1,
  ROOT_2,
  ROOT_3,
  rootKey,
  signerOf,
  trustFile,
  withVersion,
} from "./trust-sample.ts";

const accepts = (bytes: Uint8Array, known?: TrustVersion, at = NOW) =>
  acceptTrust(bytes, { crypto: nodeCrypto, at, known });
const codeOf = async (bytes: Uint8Array, known?: TrustVersion, at = NOW): Promise<string> => {
  const outcome = await accepts(bytes, known, at);
  return outcome.ok ? "accepted" : outcome.finding.code;
};
const last = (versions: readonly TrustVersion[]): TrustVersion => {
  const version = versions.at(-1);
  assert.ok(version !== undefined);
  return version;
};
const facts = (changes: Partial<TrustFacts>): TrustFacts => ({ ...FACTS, ...changes });

describe("a trust file", () => {
  it("is accepted with as many root signatures as its threshold says", async () => {
    assert.equal(await codeOf(await trustFile()), "accepted");
    assert.equal(await codeOf(encodeTrustFile(await withVersion([], {}, [ROOT_3]))), "E_KEY_UNKNOWN");
    assert.equal(await codeOf(encodeTrustFile(draftTrust([], FACTS, nodeCrypto))), "E_KEY_UNKNOWN");
  });

  it("has the same bytes in whatever order its keys are named and its roots sign", async () => {
    const reversed = await withVersion([], { keys: FACTS.keys.toReversed() }, [ROOT_2, ROOT_1]);
    assert.deepEqual(encodeTrustFile(reversed), await trustFile());
  });

  it("does not count a release key's signature, nor one key twice", async () => {
    const versions = await withVersion([], {}, [ROOT_1]);
    const { signature } = last(versions).signatures[0] ?? { signature: new Uint8Array() };
    const forged = {
      ...last(versions),
      signatures: [
        { kid: ROOT_1.kid, signature },
        { kid: RELEASE.kid, signature },
      ],
    };
    assert.equal(await codeOf(encodeTrustFile([forged])), "E_KEY_UNKNOWN");
    const twice = {
      ...forged,
      signatures: [
        { kid: ROOT_1.kid, signature },
        { kid: ROOT_1.kid, signature },
      ],
    };
    assert.equal(await codeOf(encodeTrustFile([twice])), "E_DSSE");
    await assert.rejects(signTrust(versions, RELEASE, nodeCrypto), { code: "TRUST_NOT_ROOT" });
  });

  it("is refused when a root key's signature does not hold, even beside enough that do", async () => {
    const version = last(await withVersion([], {}, [ROOT_1, ROOT_2, ROOT_3]));
    const broken = version.signatures.map((one) =>
      one.kid === ROOT_3.kid ? { ...one, signature: one.signature.toReversed() } : one,
    );
    assert.equal(await codeOf(encodeTrustFile([{ ...version, signatures: broken }])), "E_SIG");
  });

  it("expires at the instant it names, by the clock that is passed in", async () => {
    const bytes = await trustFile();
    assert.equal(await codeOf(bytes, undefined, "2026-12-31T23:59:59Z"), "accepted");
    assert.equal(await codeOf(bytes, undefined, FACTS.expires), "E_TRUST_EXPIRED");
  });

  it("gives a key one role, and no key an id that is not its own", async () => {
    const both = facts({ keys: [...FACTS.keys, releaseKey(ROOT_1)] });
    assert.throws(() => draftTrust([], both, nodeCrypto), isCode("TRUST_INVALID"));
    const wrong = facts({ keys: [...FACTS.keys, { ...releaseKey(OTHER), kid: "f".repeat(64) }] });
    assert.equal(await codeOf(encodeTrustFile(draftTrust([], wrong, nodeCrypto))), "E_DSSE");
  });

  it("cannot demand more roots than it has, nor revoke one", () => {
    assert.throws(() => draftTrust([], facts({ threshold: 4 }), nodeCrypto), isCode("TRUST_INVALID"));
    const revoked = [{ kid: ROOT_1.kid, since: NOW }];
    assert.throws(() => draftTrust([], facts({ revoked }), nodeCrypto), isCode("TRUST_INVALID"));
  });
});

describe("the next version of a trust file", () => {
  const [NEW_1, NEW_2] = [signerOf(11), signerOf(12)];
  const newRoots = { keys: [rootKey(NEW_1), rootKey(NEW_2), releaseKey(RELEASE)] };
  const rotated = async (signers: readonly Signer[]) =>
    encodeTrustFile(await withVersion(await withVersion([]), newRoots, signers));

  it("needs the old threshold and the new one when its roots change", async () => {
    assert.equal(await codeOf(await rotated([ROOT_1, ROOT_2, NEW_1, NEW_2])), "accepted");
    assert.equal(await codeOf(await rotated([NEW_1, NEW_2])), "E_KEY_UNKNOWN");
    assert.equal(await codeOf(await rotated([ROOT_1, ROOT_2])), "E_KEY_UNKNOWN");
    assert.equal(await codeOf(await rotated([ROOT_1, NEW_1, NEW_2])), "E_KEY_UNKNOWN");
  });

  it("takes the place of a draft nobody signed, and follows one that somebody did", async () => {
    const draft = draftTrust([], FACTS, nodeCrypto);
    assert.equal(last(draftTrust(draft, FACTS, nodeCrypto)).trust.version, 1);
    assert.equal(last(draftTrust(await withVersion([]), FACTS, nodeCrypto)).trust.version, 2);
  });

  it("is refused when it skips one or is of another name", async () => {
    const one = await withVersion([]);
    const three = last(await withVersion(await withVersion(one)));
    assert.equal(await codeOf(encodeTrustFile([...one, three])), "E_TRUST_ROLLBACK");
    const stranger = await withVersion(one, { name: "other" });
    assert.equal(await codeOf(encodeTrustFile(stranger)), "E_TRUST_ROLLBACK");
  });
});

describe("a verifier that remembers the highest version", () => {
  it("refuses an older one, a fork of the one it saw, and one it cannot link", async () => {
    const one = await withVersion([]);
    const two = await withVersion(one, { minimum: { triage: "1.0.0" } });
    const three = await withVersion(two);
    const [, known] = two;
    assert.ok(known !== undefined);
    assert.equal(await codeOf(encodeTrustFile(one), known), "E_TRUST_ROLLBACK");
    assert.equal(await codeOf(encodeTrustFile(two), known), "accepted");
    assert.equal(await codeOf(encodeTrustFile(three), known), "accepted");
    assert.equal(await codeOf(encodeTrustFile(await withVersion(one)), known), "E_TRUST_ROLLBACK");
    assert.equal(await codeOf(encodeTrustFile((await withVersion(three)).slice(3)), known), "E_TRUST_ROLLBACK");
  });

  it("takes a file that starts right after what it knows only when the known roots signed it", async () => {
    const one = await withVersion([]);
    const two = await withVersion(one);
    assert.equal(await codeOf(encodeTrustFile(two.slice(1)), one[0]), "accepted");
    const stranger = [signerOf(21), signerOf(22)];
    const keys = stranger.map(rootKey);
    const forged = await withVersion(await withVersion([], { keys }, stranger), { keys }, stranger);
    assert.equal(await codeOf(encodeTrustFile(forged.slice(1))), "accepted");
    assert.equal(await codeOf(encodeTrustFile(forged.slice(1)), one[0]), "E_KEY_UNKNOWN");
    assert.equal(await codeOf(encodeTrustFile(forged), one[0]), "E_TRUST_ROLLBACK");
  });
});

describe("a hostile trust file", () => {
  it("is refused with a stable code whichever byte is another", async () => {
    const bytes = encodeTrustFile(await withVersion(await withVersion([])));
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), async (at, change) => {
        const mutant = bytes.slice();
        mutant[at] = (mutant[at] ?? 0) ^ change;
        assert.ok(VERDICT_CODES.includes((await codeOf(mutant)) as never), `byte ${at} ^ ${change} passes`);
      }),
      { numRuns: 2000 },
    );
  });

  it("is refused when any value inside is replaced, dropped or doubled", async () => {
    const { trust } = last(await withVersion([]));
    const paths = pathsOf(trust);
    const values = fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constantFrom("root", "2026-01-01T00:00:00Z", 1, "*", []));
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...paths), values, async (path, value) => {
        const changed: unknown = structuredClone(trust);
        replace(changed, path, value);
        if (JSON.stringify(changed) === JSON.stringify(trust)) return;
        const payload = canonicalBytes(changed);
        // Those who hold one root key sign what they like; it is not enough.
        const message = preAuthEncoding(TRUST_PAYLOAD_TYPE, payload);
        const bytes = encodeTrustFile([
          { payload, signatures: [{ kid: ROOT_1.kid, signature: await ROOT_1.sign(message) }] },
        ]);
        const code = await codeOf(bytes);
        const alone = parseTrustFile(bytes, nodeCrypto);
        if (alone.ok && alone.value[0]?.trust.threshold === 1) return;
        assert.ok(VERDICT_CODES.includes(code as never), `${path.join(".")} = ${JSON.stringify(value)}: ${code}`);
      }),
      { numRuns: 1000 },
    );
  });

  it("of random bytes or random JSON never throws", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.uint8Array(),
          fc.jsonValue().map((value) => canonicalBytes(value)),
        ),
        async (bytes) => {
          assert.notEqual(await codeOf(bytes), "accepted");
        },
      ),
    );
    assert.equal(await codeOf(new Uint8Array(5_000_000)), "E_LIMIT");
  });

  it("has one spelling: with a space more it is refused", async () => {
    const text = fromUtf8(await trustFile()) ?? "";
    assert.equal(await codeOf(new TextEncoder().encode(text.replace(":", ": "))), "E_JSON");
  });
});

function isCode(code: string) {
  return (error: unknown): boolean => error instanceof KolmError && error.code === code;
}

type Path = readonly (string | number)[];

function pathsOf(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  const inner = Object.entries(value).flatMap(([key, one]) =>
    pathsOf(one, [...path, Array.isArray(value) ? Number(key) : key]),
  );
  return path.length === 0 ? inner : [path, ...inner];
}

function replace(target: unknown, path: Path, value: unknown): void {
  const [key, ...rest] = path;
  if (key === undefined || typeof target !== "object" || target === null) return;
  if (rest.length === 0) Reflect.set(target, key, value);
  else replace(Reflect.get(target, key), rest, value);
}
