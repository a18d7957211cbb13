// This file shows that the server loses and corrupts nothing when it is killed under load, its disk is full or its clients are slow.
import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, it } from "node:test";
import { fileURLToPath } from "node:url";
import { verifyBlobs } from "@kolm/store";
import { ask, serve, sha256, tokenOf, writeTokens } from "./serve.ts";

const PROGRAM = fileURLToPath(new URL("./program.ts", import.meta.url));
const KOLM = fileURLToPath(new URL("../../tools/kolm/bin/kolm.js", import.meta.url));
let root: string;
let tokens: string;
before(async () => {
  root = await mkdtemp(join(tmpdir(), "kolm-cache-crash-"));
  tokens = await writeTokens(join(root, "tokens.json"));
});
after(() => rm(root, { recursive: true, force: true }));

async function start(folder: string): Promise<{ url: string; child: ChildProcess }> {
  const words = ["cache", "serve", "--json", "--quiet", "--port", "0", "--folder", folder, "--tokens", tokens];
  const child = spawn(process.execPath, [KOLM, ...words], { stdio: ["ignore", "pipe", "inherit"] });
  const [line] = (await once(child.stdout, "data")) as [Buffer];
  return { url: (JSON.parse(line.toString()) as { url: string }).url, child };
}

it("kill -9 ten times under load: whatever was announced as stored is there, whole", { timeout: 60_000 }, async () => {
  const folder = join(root, "killed");
  const stored = new Map<string, Buffer>();
  const entries = new Map<string, string>();
  let count = 0;
  for (let round = 0; round < 10; round++) {
    const { url, child } = await start(folder);
    let isUp = true;
    const writer = async (): Promise<void> => {
      while (isUp) {
        const body = Buffer.alloc(1000 + ((count * 7919) % 300_000), `${count++} of round ${round} `);
        const name = sha256(body);
        const entry = { method: "PUT", body: `entry of ${name}` };
        try {
          if ((await ask(`${url}/cas/${name}`, "main", { method: "PUT", body })).status === 200) stored.set(name, body);
          if ((await ask(`${url}/ac/${name}`, "main", entry)).status === 200) entries.set(name, entry.body);
        } catch {
          // The server died.
        }
      }
    };
    const writers = Array.from({ length: 8 }, writer);
    await new Promise((resolve) => setTimeout(resolve, 250 + round * 20));
    child.kill("SIGKILL");
    await once(child, "exit");
    isUp = false;
    await Promise.all(writers);
  }
  assert.ok(stored.size > 50, `${stored.size} blobs`);
  await using again = await serve({ folder });
  for (const [name, body] of stored) {
    const heard = await ask(`${again.url}/cas/${name}`, "main");
    assert.ok(heard.status === 200 && Buffer.compare(heard.bytes, body) === 0, name);
  }
  for (const [name, text] of entries)
    assert.equal(new TextDecoder().decode((await ask(`${again.url}/ac/${name}`, "main")).bytes), text);
  assert.deepEqual((await verifyBlobs(join(folder, "scopes/main/blobs"))).damaged, []);
});

it("a full disk: uploads are refused, reads go on, nothing is damaged, and room makes it work again", async (context) => {
  const script = `mkdir -p "$1" && mount -t tmpfs -o size=3m tmpfs "$1" && exec "$2" --conditions=kolm-source --import tsx "$3" "$1" "$4" fill`;
  let printed: string;
  try {
    const words = ["sh", join(root, "full"), process.execPath, PROGRAM, tokens];
    printed = execFileSync("unshare", ["-rm", "sh", "-c", script, ...words], { encoding: "utf8", timeout: 30_000 });
  } catch (error) {
    if (error instanceof Error && /unshare|mount|not permitted|denied/i.test(String(error)))
      return context.skip(String(error).slice(0, 200));
    throw error;
  }
  const seen = JSON.parse(printed) as Record<string, unknown>;
  assert.deepEqual(seen, { first: 200, cas: 507, nx: 403, miss: 404, hit: 200, damaged: 0, temps: 0, again: 200 });
});

it("clients that stop reading or sending hold up nobody else", async () => {
  await using served = await serve();
  const { hostname, port } = new URL(served.url);
  const body = Buffer.alloc(5_000_000, "x");
  await ask(`${served.url}/cas/${sha256(body)}`, "main", { method: "PUT", body });
  const stuck = Array.from({ length: 50 }, (_, index) => {
    const socket = connect(Number(port), hostname).on("error", () => {});
    const line = index % 2 === 0 ? `GET /cas/${sha256(body)}` : `PUT /cas/${sha256("x".repeat(1000))}`;
    socket.write(
      `${line} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${tokenOf("main")}\r\ncontent-length: 1000\r\n\r\nxxx`,
    );
    return socket.pause();
  });
  const start = performance.now();
  for (let index = 0; index < 20; index++) {
    const text = `quick ${index}`;
    assert.equal((await ask(`${served.url}/cas/${sha256(text)}`, "main", { method: "PUT", body: text })).status, 200);
    assert.equal((await ask(`${served.url}/cas/${sha256(text)}`, "main")).status, 200);
  }
  assert.ok(performance.now() - start < 5000);
  assert.equal((await ask(`${served.url}/cas/${sha256("x".repeat(1000))}`, "main")).status, 404);
  for (const socket of stuck) socket.destroy();
});

it("stops gracefully: what is under way ends well, new connections are refused", async () => {
  const served = await serve();
  const body = Buffer.alloc(8_000_000, "y");
  await ask(`${served.url}/cas/${sha256(body)}`, "main", { method: "PUT", body });
  const under = await fetch(`${served.url}/cas/${sha256(body)}`, {
    headers: { authorization: `Bearer ${tokenOf("main")}` },
  });
  const stopped = served.server.stop(10_000);
  assert.equal(sha256(Buffer.from(await under.arrayBuffer())), sha256(body));
  await stopped;
  await assert.rejects(ask(`${served.url}/healthz`, undefined));
  await rm(served.folder, { recursive: true, force: true });
});

it("memory stays flat while 2 GiB go in and out", { timeout: 120_000 }, async (context) => {
  if (process.env["KOLM_SLOW"] === undefined) return context.skip("long; set KOLM_SLOW=1");
  const folder = join(root, "large");
  const { url, child } = await start(folder);
  const printed = execFileSync(
    process.execPath,
    ["--conditions=kolm-source", "--import", "tsx", PROGRAM, url, String(child.pid), "large"],
    { encoding: "utf8" },
  );
  const { before: first, peak } = JSON.parse(printed) as { before: number; peak: number };
  child.kill("SIGTERM");
  await once(child, "exit");
  assert.ok(peak - first < 150e6, `${first} then ${peak} bytes`);
});
