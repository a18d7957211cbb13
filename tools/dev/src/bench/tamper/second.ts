// This file asks the independent second verifier, tools/format/verify.py, for its verdicts, in one process.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { hex, type TenantKey } from "@kolm/format";

const SCRIPT = join(import.meta.dirname, "../../../../format/verify.py");

/** What both verifiers say of a file, as far as they must agree. */
export type SecondVerdict = {
  readonly passed: boolean;
  readonly id?: string;
  readonly finding?: { readonly code: string; readonly subject: string; readonly index?: number };
  readonly signer?: { readonly kid: string; readonly standing: string };
  readonly tenantChain?: string;
  readonly seals?: readonly unknown[];
  readonly referenced?: readonly unknown[];
};

type SecondOptions = { readonly trustedKeys?: readonly Uint8Array[]; readonly tenant?: TenantKey };

export interface SecondVerifier extends AsyncDisposable {
  /** Answers in the order of the questions; many may be open at once. */
  judge(file: Uint8Array, options?: SecondOptions): Promise<SecondVerdict>;
}

/** Why the second verifier cannot run here; undefined when it can. */
export function secondMissing(): string | undefined {
  return spawnSync("python3", ["--version"]).status === 0 ? undefined : "python3 is not installed";
}

/** Starts the second verifier. */
export function startSecond(): SecondVerifier {
  const child = spawn("python3", [SCRIPT, "--batch"], { stdio: ["pipe", "pipe", "inherit"] });
  const waiting: { resolve: (verdict: SecondVerdict) => void; reject: (error: Error) => void }[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => {
    // It answers what it was asked, in the shape of SecondVerdict.
    waiting.shift()?.resolve(JSON.parse(line) as SecondVerdict);
  });
  child.on("close", (status) => {
    for (const { reject } of waiting.splice(0)) reject(new Error(`verify.py ended with ${status} before it answered`));
  });
  return {
    judge: (file, { trustedKeys, tenant } = {}) =>
      new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        const request = {
          base64: Buffer.from(file).toString("base64"),
          ...(trustedKeys && { trustedKeys: trustedKeys.map(hex) }),
          ...(tenant && { tenant: { kid: tenant.kid, secret: hex(tenant.secret) } }),
        };
        child.stdin.write(`${JSON.stringify(request)}\n`);
      }),
    [Symbol.asyncDispose]: async () => {
      child.stdin.end();
      if (child.exitCode === null) await once(child, "close");
    },
  };
}
