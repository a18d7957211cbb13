// This file lends a signer to child processes over a socket only this user can reach: they get signatures, never the key.
import { randomBytes } from "node:crypto";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { concatBytes, KolmError, kidOf, type Signer } from "@kolm/format";
import { nodeCrypto } from "../crypto.ts";

/** A signer being lent; `address` is what children connect to. */
export type LentSigner = AsyncDisposable & { readonly address: string };

const MAX_MESSAGE = 16 * 1_048_576;
const HEADER = 4;

/** Answers until disposed: an empty message with the public key, any other with its signature; each after its u32be length. */
export async function lendSigner(signer: Signer): Promise<LentSigner> {
  const folder = await mkdtemp(join(tmpdir(), "kolm-signer-"));
  await chmod(folder, 0o700);
  const isWindows = process.platform === "win32";
  const address = isWindows ? `\\\\.\\pipe\\kolm-${randomBytes(16).toString("hex")}` : join(folder, "signer");
  const server = createServer((socket) => {
    answer(socket, signer).catch(() => socket.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(address, resolve);
  });
  return {
    address,
    [Symbol.asyncDispose]: async () => {
      await new Promise((resolve) => void server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** The signer lent at an address; KolmError SIGNER_GONE when nobody answers there. */
export async function borrowSigner(address: string): Promise<Signer> {
  const spki = await ask(address, new Uint8Array());
  return { kid: kidOf(nodeCrypto, spki), spki, sign: (bytes) => ask(address, bytes) };
}

async function answer(socket: Socket, signer: Signer): Promise<void> {
  const message = await receive(socket);
  socket.end(framed(message.length === 0 ? signer.spki : await signer.sign(message)));
}

async function ask(address: string, message: Uint8Array): Promise<Uint8Array> {
  const socket = connect(address);
  try {
    await new Promise<void>((resolve, reject) => {
      socket.once("error", reject).once("connect", resolve);
    });
    socket.write(framed(message));
    return await receive(socket);
  } catch (cause) {
    throw new KolmError("SIGNER_GONE", "the process that holds the signing key does not answer", {
      hint: "It may have ended; run the whole command again.",
      cause,
    });
  } finally {
    socket.destroy();
  }
}

async function receive(socket: Socket): Promise<Uint8Array> {
  let received: Uint8Array = new Uint8Array();
  for await (const piece of socket.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    received = concatBytes(received, piece);
    const size = received.length < HEADER ? undefined : Buffer.from(received).readUInt32BE();
    if (size !== undefined && size > MAX_MESSAGE) break;
    if (size !== undefined && received.length >= HEADER + size) return received.slice(HEADER, HEADER + size);
  }
  throw new Error("the other side ended before its message did");
}

function framed(bytes: Uint8Array): Uint8Array {
  const header = Buffer.alloc(HEADER);
  header.writeUInt32BE(bytes.length);
  return concatBytes(header, bytes);
}
