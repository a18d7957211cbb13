// This file edits a draft of a trust file: one function an action, from the last version's facts to the next one's.
import { base64, KolmError, type Trust, type TrustFacts, TrustKey } from "@kolm/format";
import type { KeyFacts } from "@kolm/format/node";
import { readInstant } from "./instant.ts";

/** What an edit may look at; flags as the command line gave them. */
export type EditRequest = {
  readonly flag: (name: string) => string | undefined;
  readonly now: string;
  /** The public keys that --key names. */
  readonly keys: readonly Pick<KeyFacts, "kid" | "spki">[];
};
export type Edit = (facts: TrustFacts, request: EditRequest) => TrustFacts;

/** Every edit by the name of its action. */
export const EDITS: Readonly<Record<string, Edit>> = { add, close, rotate, revoke, remove, set };

/** The facts of version 1: roots alone. KolmError USAGE. */
export function firstFacts({ flag, keys }: EditRequest): TrustFacts {
  return {
    name: need(flag, "name"),
    expires: readInstant(need(flag, "expires"), "expires"),
    threshold: readCount(flag("threshold") ?? "1"),
    keys: keys.map((key) => recordOf(key, { role: "root" })),
    revoked: [],
    minimum: {},
  };
}

/** A version's facts, to go on from. */
export function factsOf({ name, expires, threshold, keys, revoked, minimum }: Trust): TrustFacts {
  return { name, expires, threshold, keys, revoked, minimum };
}

function add(facts: TrustFacts, request: EditRequest): TrustFacts {
  const { flag } = request;
  const role = need(flag, "role");
  const [from, until] = [instant(request, "from") ?? request.now, instant(request, "until")];
  const window = role === "root" ? {} : { from, ...(until === undefined ? {} : { until }) };
  const names = role === "release" ? { names: [...new Set(need(flag, "names").split(","))].sort() } : {};
  const added = request.keys.map((key) => recordOf(key, { role, ...window, ...names }));
  if (added.length === 0) need(flag, "key");
  const twice = added.find(({ kid }) => facts.keys.some((key) => key.kid === kid));
  if (twice === undefined) return { ...facts, keys: [...facts.keys, ...added] };
  throw new KolmError("TRUST_KEY_TWICE", `the key ${twice.kid.slice(0, 16)} is in the trust file; a key has one role`);
}

function close(facts: TrustFacts, request: EditRequest): TrustFacts {
  const key = keyNamed(facts, request);
  const until = readInstant(need(request.flag, "until"), "until");
  const closed = TrustKey.safeParse({ ...key, until });
  if (!closed.success) throw new KolmError("USAGE", "a root key has no window; remove it instead");
  return { ...facts, keys: facts.keys.map((one) => (one.kid === key.kid ? closed.data : one)) };
}

/** The new key may sign what the old one may, from --from (now) on; the old one is closed at --until. */
function rotate(facts: TrustFacts, request: EditRequest): TrustFacts {
  const old = keyNamed(facts, request);
  const [fresh] = request.keys;
  if (fresh === undefined || old.role === "root")
    throw new KolmError("USAGE", "rotate takes --kid of a key that is no root, and --key, the new one");
  const { kid: _, spki: __, until: ___, ...rest } = old;
  const added = recordOf(fresh, { ...rest, from: instant(request, "from") ?? request.now });
  const kept = close(facts, request);
  return { ...kept, keys: [...kept.keys, added] };
}

function revoke(facts: TrustFacts, request: EditRequest): TrustFacts {
  const { kid } = keyNamed(facts, request);
  const since = instant(request, "since") ?? request.now;
  return { ...facts, revoked: [...facts.revoked.filter((one) => one.kid !== kid), { kid, since }] };
}

function remove(facts: TrustFacts, request: EditRequest): TrustFacts {
  const { kid } = keyNamed(facts, request);
  return { ...facts, keys: facts.keys.filter((one) => one.kid !== kid) };
}

function set(facts: TrustFacts, request: EditRequest): TrustFacts {
  const { flag } = request;
  const [minimum, threshold] = [flag("minimum"), flag("threshold")];
  const pairs = minimum?.split(",").map((pair) => pair.split("=") as [string, string]) ?? [];
  return {
    ...facts,
    expires: instant(request, "expires") ?? facts.expires,
    threshold: threshold === undefined ? facts.threshold : readCount(threshold),
    minimum: { ...facts.minimum, ...Object.fromEntries(pairs) },
  };
}

/** KolmError USAGE for a role, name or window that no key may have. */
function recordOf({ kid, spki }: Pick<KeyFacts, "kid" | "spki">, facts: Readonly<Record<string, unknown>>): TrustKey {
  const key = TrustKey.safeParse({ ...facts, alg: "ed25519", kid, spki: base64(spki) });
  if (key.success) return key.data;
  const issue = key.error.issues[0];
  throw new KolmError("USAGE", `the key cannot be added: ${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

function keyNamed({ keys }: TrustFacts, { flag }: EditRequest): TrustKey {
  const start = need(flag, "kid");
  const found = keys.filter(({ kid }) => kid.startsWith(start));
  if (found[0] !== undefined && found.length === 1 && start.length >= 8) return found[0];
  throw new KolmError("TRUST_KEY_MISSING", `--kid ${start} names ${found.length} keys of the trust file`, {
    hint: "Give at least its first 8 digits; `kolm trust show` lists them.",
  });
}

function need(flag: EditRequest["flag"], name: string): string {
  const value = flag(name);
  if (value !== undefined) return value;
  throw new KolmError("USAGE", `this action needs --${name}`, { hint: 'See "kolm trust --help".' });
}

function instant({ flag }: EditRequest, name: string): string | undefined {
  const text = flag(name);
  return text === undefined ? undefined : readInstant(text, name);
}

function readCount(text: string): number {
  if (/^[1-9][0-9]?$/.test(text)) return Number(text);
  throw new KolmError("USAGE", `--threshold takes a number from 1 to 64, found ${JSON.stringify(text)}`);
}
