// This file lends the signing key to the processes a command starts, when it came by a descriptor that they cannot read.
import { lendSigner } from "@kolm/format/node";

export type LentKey = AsyncDisposable & { readonly env: Readonly<Record<string, string | undefined>> };

/** What children need in their environment; nothing where the key or its passphrase did not come by a descriptor. */
export async function lendSigningKey(root: string): Promise<LentKey> {
  const { KOLM_SIGNING_KEY_FD: key, KOLM_PASSPHRASE_FD: passphrase } = process.env;
  if (key === undefined && passphrase === undefined) return { env: {}, [Symbol.asyncDispose]: async () => {} };
  const { openWorkspaceSigner } = await import("@kolm/nx");
  const { address, [Symbol.asyncDispose]: end } = await lendSigner(await openWorkspaceSigner(root));
  const env = { KOLM_SIGNER: address, KOLM_SIGNING_KEY_FD: undefined, KOLM_PASSPHRASE_FD: undefined };
  return { env, [Symbol.asyncDispose]: end };
}
