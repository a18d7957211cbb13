// This file signs by a program of the user's own, so that the key can stay in a device or a service.
import { fromBase64, kidOf, KolmError, type Signer } from "@kolm/format";
import { nodeCrypto, readPublicKey } from "@kolm/format/node";
import { execa, parseCommandString } from "execa";

/**
 * A signer that gives the program the bytes on standard input and takes the Ed25519 signature from its standard output: 64 bytes, or base64 of
 * them. KolmError SIGNER_KEYLESS without a public key; SIGNER_FAILED when the program fails or answers something else.
 */
export async function openCommandSigner(command: string, publicKey: string | undefined, root: string): Promise<Signer> {
  const [program, ...words] = parseCommandString(command.trim());
  if (program === undefined || publicKey === undefined) {
    throw new KolmError("SIGNER_KEYLESS", "a signing command needs a program and its public key", {
      hint: "In kolm.workspace.yaml: signing: {key: 'command:my-signer --slot 2', publicKey: release.pub.pem}",
    });
  }
  const spki = await readPublicKey(publicKey);
  const sign = async (bytes: Uint8Array): Promise<Uint8Array> => {
    const { failed, exitCode, stdout } = await execa(program, words, {
      cwd: root,
      input: bytes,
      encoding: "buffer",
      // A signature may end in the byte of a line feed.
      stripFinalNewline: false,
      // What it says goes to the user, never into our errors: it may hold secrets.
      stderr: "inherit",
      reject: false,
      maxBuffer: 65_536,
    });
    const signature = failed ? undefined : signatureIn(stdout);
    if (signature !== undefined) return signature;
    const why = failed ? `ended with ${exitCode ?? "no exit code"}` : `answered ${stdout.length} bytes`;
    throw new KolmError("SIGNER_FAILED", `the signing command ${program} ${why}, an Ed25519 signature was expected`, {
      hint: "It gets the bytes to sign on standard input and writes 64 bytes, or base64 of them, to standard output.",
    });
  };
  return { kid: kidOf(nodeCrypto, spki), spki, sign };
}

function signatureIn(answer: Uint8Array): Uint8Array | undefined {
  if (answer.length === 64) return new Uint8Array(answer);
  const decoded = fromBase64(Buffer.from(answer).toString("latin1").trim());
  return decoded?.length === 64 ? decoded : undefined;
}
