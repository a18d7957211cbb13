// This file opens stores on a cache server of their own, which ends with them.
import assert from "node:assert/strict";
import { httpRemote, type Remote, signedMemo } from "@kolm/store";
import { serve, tokenOf } from "../cache-server/serve.ts";
import { newProducer } from "./producer.ts";

/** An empty store over HTTP. */
export async function openRemote(): Promise<Remote> {
  const served = await serve();
  const remote = httpRemote({ url: new URL(served.url), timeoutMs: 5000, token: tokenOf("main"), limit: 1e9 });
  return {
    ...remote,
    close: async () => {
      await remote.close();
      await served[Symbol.asyncDispose]();
    },
  };
}

/** The same, its entries signed by one producer who is trusted. */
export async function openSigned(): Promise<Remote> {
  const remote = await openRemote();
  const signer = newProducer();
  const trusted = new Map([[signer.kid, signer.spki]]);
  return { ...remote, memo: signedMemo(remote.memo, { signer, trusted, onRefused: () => assert.fail("refused") }) };
}
