// This file is object storage in memory that checks what S3 checks: the signature, the body's digest, If-None-Match.
import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { Credentials } from "@kolm/store";

const sha256 = (bytes: Uint8Array | string): string => createHash("sha256").update(bytes).digest("hex");
const hmac = (key: Buffer | string, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** Serves one bucket until closed. */
export async function serveBucket(): Promise<{ url: URL; credentials: Credentials; close: () => Promise<void> }> {
  const credentials = { id: "AKTEST", secret: "a secret", sessionToken: "a session" };
  const objects = new Map<string, Uint8Array>();
  const server = createServer((request, response) => {
    void (async () => {
      const pieces: Uint8Array[] = [];
      // A byte stream gives buffers.
      for await (const piece of request) pieces.push(piece as Buffer);
      const body = Buffer.concat(pieces);
      const path = request.url ?? "";
      const found = objects.get(path);
      const isGood = isSigned(request, credentials.secret) && request.headers["x-amz-content-sha256"] === sha256(body);
      let status = 200;
      if (!isGood) status = 403;
      else if (request.method !== "PUT") status = found === undefined ? 404 : 200;
      else if (found !== undefined && request.headers["if-none-match"] === "*") status = 412;
      else objects.set(path, new Uint8Array(body));
      response.writeHead(status).end(request.method === "GET" && status === 200 ? found : undefined);
    })().catch(() => response.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // a listening TCP server has such an address
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return { url: new URL(`http://127.0.0.1:${port}/bucket/some-prefix`), credentials, close };
}

/** Written from the specification a second time, apart from the code under test. */
function isSigned({ method, url = "", headers }: IncomingMessage, secret: string): boolean {
  const [, id, date, region, names = "", signature] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/s3\/aws4_request,SignedHeaders=([^,]+),Signature=(\w+)$/.exec(
      headers.authorization ?? "",
    ) ?? [];
  if (id !== "AKTEST" || date === undefined || region === undefined) return false;
  if (!names.split(";").includes("host") || !names.split(";").includes("x-amz-security-token")) return false;
  const lines = names.split(";").map((name) => `${name}:${String(headers[name])}\n`);
  const canonical = `${method}\n${url}\n\n${lines.join("")}\n${names}\n${String(headers["x-amz-content-sha256"])}`;
  const text = `AWS4-HMAC-SHA256\n${String(headers["x-amz-date"])}\n${date}/${region}/s3/aws4_request\n${sha256(canonical)}`;
  const key = hmac(hmac(hmac(hmac(`AWS4${secret}`, date), region), "s3"), "aws4_request");
  return hmac(key, text).toString("hex") === signature;
}
