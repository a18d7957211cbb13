// This file knows who may do what: a file of tokens, each only by its digest, with one scope each.
import { createHash, randomBytes } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { KolmError } from "@kolm/format";
import { errorCode } from "@kolm/store";
import { z } from "zod";

const Scope = z
  .string()
  .regex(/^(main|branch:[A-Za-z0-9._/-]{1,200}|pr:[0-9]{1,12})$/, "a scope is main, branch:<name> or pr:<number>");
const Grant = z.strictObject({
  /** For the access log; never the token itself. */
  name: z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, "a name is letters, digits, . _ and -"),
  /** Lower-case hex SHA-256 of the token. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/, "expected 64 lower-case hex digits"),
  scope: Scope,
  write: z.boolean().default(false),
  /** The instant from which it is refused. */
  expires: z.iso.datetime().optional(),
});
const TokenFile = z.strictObject({ tokens: z.array(Grant) });

/** What the bearer of a token may do: read its own scope and main, and, with `write`, write into its own scope. */
export type Grant = z.infer<typeof Grant>;
export type Tokens = { readonly grantOf: (token: string, now: Date) => Promise<Grant | undefined> };

const RELOAD_MS = 1000;

/** Tokens of a file, read again within a second of a change; KolmError TOKENS_UNREADABLE at the start, later the last good ones stay. */
export async function readTokens(path: string): Promise<Tokens> {
  let grants = await load(path);
  let [seen, looked] = [await stampOf(path), Date.now()];
  const refresh = async (): Promise<void> => {
    looked = Date.now();
    const stamp = await stampOf(path);
    if (stamp === seen) return;
    seen = stamp;
    grants = await load(path).catch(() => grants);
  };
  return {
    grantOf: async (token, now) => {
      if (Date.now() - looked > RELOAD_MS) await refresh();
      const grant = grants.get(digestOf(token));
      return grant?.expires !== undefined && new Date(grant.expires) <= now ? undefined : grant;
    },
  };
}

/** A new token of 256 random bits, which is shown once, and the file with it added (made when there is none). */
export async function issueToken(
  path: string,
  asked: { readonly name: string; readonly scope: string; readonly write: boolean; readonly expires?: string },
): Promise<{ readonly token: string; readonly text: string }> {
  const token = `kolm_${randomBytes(32).toString("base64url")}`;
  const grant = Grant.safeParse({ ...asked, sha256: digestOf(token) });
  if (!grant.success) throw unreadable(path, grant.error.issues[0]?.message ?? "a bad grant");
  const present = (await stampOf(path)) === undefined ? new Map<string, Grant>() : await load(path);
  if ([...present.values()].some(({ name }) => name === asked.name))
    throw unreadable(path, `there is a token named ${asked.name} already; choose another name or remove its line`);
  return { token, text: `${JSON.stringify({ tokens: [...present.values(), grant.data] }, null, 2)}\n` };
}

async function load(path: string): Promise<Map<string, Grant>> {
  let found: unknown;
  try {
    found = JSON.parse(await readFile(path, "utf8"));
  } catch (cause) {
    throw unreadable(path, cause instanceof Error ? cause.message : String(cause));
  }
  const parsed = TokenFile.safeParse(found);
  const issue = parsed.error?.issues[0];
  if (!parsed.success) throw unreadable(path, `${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
  return new Map(parsed.data.tokens.map((grant) => [grant.sha256, grant]));
}

async function stampOf(path: string): Promise<string | undefined> {
  try {
    const { mtimeMs, size, ino } = await stat(path);
    return `${mtimeMs} ${size} ${ino}`;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

// Tokens are random, so a plain digest cannot be searched for; looking one up by it tells nothing of the others.
const digestOf = (token: string): string => createHash("sha256").update(token).digest("hex");

function unreadable(path: string, why: string): KolmError {
  return new KolmError("TOKENS_UNREADABLE", `${path}: ${why}`, {
    hint: 'Expected {"tokens": [{"name", "sha256", "scope", "write"}]}; `kolm cache token` writes such a file.',
    place: { file: path },
  });
}
