// This file reads what a command demands of an artifact's signer: a key, a trust file, a policy, at which time.
import { readFile } from "node:fs/promises";
import { type Demands, KolmError, Policy, type Trust } from "@kolm/format";
import { readPublicKey } from "@kolm/format/node";
import { now, readInstant } from "./instant.ts";
import { believeTrustFile } from "./trust-state.ts";

/** The flags that commands which verify share. */
export const TRUST_FLAGS = {
  key: { type: "string", value: "<public.pem>", summary: "the file must be signed by this Ed25519 key" },
  trust: {
    type: "string",
    value: "<trust.json>",
    summary: "the file must be signed by a release key of this trust file",
  },
  policy: { type: "string", value: "<policy.json>", summary: "what else the file must be (TRUST.md §7)" },
  at: { type: "string", value: "<date>", summary: "judge expiry and keys as at this time instead of now" },
} as const;

export type SignerDemands = Demands & {
  readonly trustedKeys?: readonly Uint8Array[];
  readonly trust?: Trust | undefined;
};
type Flags = Readonly<Record<string, string | boolean | undefined>>;

/** KolmError USAGE, KEY_UNREADABLE, FILE_UNREADABLE, POLICY_INVALID, or the code of what is wrong with the trust file. */
export async function readDemands(flags: Flags): Promise<SignerDemands> {
  const [key, trust, policy, at] = ["key", "trust", "policy", "at"].map((flag) => textOf(flags[flag]));
  if (key !== undefined && trust !== undefined)
    throw new KolmError("USAGE", "--key and --trust both say whose signature counts; give one of them");
  const time = at === undefined ? now() : readInstant(at, "at");
  return {
    at: time,
    ...(key === undefined ? {} : { trustedKeys: [await readPublicKey(key)] }),
    ...(trust === undefined ? {} : { trust: (await believeTrustFile(trust, time)).trust }),
    ...(policy === undefined ? {} : { policy: await readPolicy(policy) }),
  };
}

async function readPolicy(path: string): Promise<Policy> {
  const invalid = (why: string, cause?: unknown): KolmError =>
    new KolmError("POLICY_INVALID", `${path} is no policy: ${why}`, {
      hint: 'For example {"format": "kolm/policy-1", "minimumK": "0.8"}; TRUST.md §7 says what there is.',
      place: { file: path },
      cause,
    });
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw invalid("it cannot be read", cause);
  });
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw invalid("it is not JSON", cause);
  }
  const policy = Policy.safeParse(value);
  if (policy.success) return policy.data;
  const issue = policy.error.issues[0];
  throw invalid(`${issue?.path.join(".") || "the whole"}: ${issue?.message ?? "unknown"}`);
}

function textOf(flag: string | boolean | undefined): string | undefined {
  return typeof flag === "string" ? flag : undefined;
}
