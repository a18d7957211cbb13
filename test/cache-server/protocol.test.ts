// This file shows that the server speaks Bazel's and Nx's protocols, keeps scopes apart and refuses every attack with a lesser token.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { connect } from "node:net";
import { after, before, describe, it } from "node:test";
import { ask, type Served, serve, sha256, tokenOf, TOKENS } from "./serve.ts";

let served: Served;
before(async () => void (served = await serve({ maxUpload: 1_000_000 })));
after(() => served[Symbol.asyncDispose]());
const at = (path: string): string => `${served.url}${path}`;
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
let count = 0;
const freshKey = (): string => sha256(`key ${count++}`);

/** One request whose path is sent as it stands, which fetch would tidy. */
async function rawStatus(head: string, body = ""): Promise<number> {
  const { hostname, port } = new URL(served.url);
  const socket = connect(Number(port), hostname);
  let heard = "";
  socket.setEncoding("utf8").on("data", (text: string) => (heard += text));
  socket.write(`${head}\r\nhost: x\r\nauthorization: Bearer ${tokenOf("pr")}\r\nconnection: close\r\n\r\n${body}`);
  await once(socket, "close");
  return Number(/^HTTP\/1\.1 (\d{3})/.exec(heard)?.[1]);
}

describe("Nx's protocol", () => {
  it("answers as the Nx client needs: 404, 200, 200, 409 for other bytes, and the first bytes stay", async () => {
    const url = at("/v1/cache/1234567890123456789");
    assert.equal((await ask(url, "main")).status, 404);
    assert.equal((await ask(url, "main", { method: "PUT", body: "archive" })).status, 200);
    assert.equal((await ask(url, "main", { method: "PUT", body: "archive" })).status, 200);
    assert.equal((await ask(url, "main", { method: "PUT", body: "another" })).status, 409);
    const { status, bytes } = await ask(url, "main");
    assert.deepEqual([status, textOf(bytes)], [200, "archive"]);
  });

  it("says 401 in exactly text/plain without a token, with a wrong one and with one that ran out", async () => {
    for (const who of [undefined, "late"] as const)
      for (const method of ["GET", "PUT"]) {
        const body = method === "PUT" ? { body: "x" } : {};
        const { status, type } = await ask(at("/v1/cache/1"), who, { method, ...body });
        assert.deepEqual([status, type], [401, "text/plain"]);
      }
  });

  it("says 403, which Nx takes for not stored, to readers and to what is too large", async () => {
    assert.equal((await ask(at("/v1/cache/2"), "reader", { method: "PUT", body: "x" })).status, 403);
    const large = new Uint8Array(2_000_000);
    assert.equal((await ask(at("/v1/cache/2"), "main", { method: "PUT", body: large })).status, 403);
    assert.equal((await ask(at("/v1/cache/2"), "main")).status, 404);
  });
});

describe("Bazel's protocol", () => {
  it("stores and gives blobs and entries, and HEAD tells their size", async () => {
    const body = "some bytes";
    assert.equal((await ask(at(`/cas/${sha256(body)}`), "main")).status, 404);
    assert.equal((await ask(at(`/cas/${sha256(body)}`), "main", { method: "PUT", body })).status, 200);
    assert.equal(textOf((await ask(at(`/cas/${sha256(body)}`), "main")).bytes), body);
    const head = await fetch(at(`/cas/${sha256(body)}`), {
      method: "HEAD",
      headers: { authorization: `Basic ${Buffer.from(`name:${tokenOf("reader")}`).toString("base64")}` },
    });
    assert.deepEqual([head.status, head.headers.get("content-length")], [200, "10"]);
    const key = freshKey();
    assert.equal((await ask(at(`/ac/${key}`), "main", { method: "PUT", body })).status, 200);
    assert.equal(textOf((await ask(at(`/ac/${key}`), "main")).bytes), body);
  });
});

describe("scopes", () => {
  it("main never sees what a pull request or a branch wrote, nor do other pull requests", async () => {
    for (const writer of ["pr", "branch"] as const) {
      const [key, body] = [freshKey(), `poison of ${writer}`];
      for (const path of [`/ac/${key}`, `/v1/cache/${key}`, `/cas/${sha256(body)}`]) {
        assert.equal((await ask(at(path), writer, { method: "PUT", body })).status, 200);
        assert.equal((await ask(at(path), writer)).status, 200);
        for (const reader of ["main", "reader", "other"] as const)
          assert.equal((await ask(at(path), reader)).status, 404, `${path} as ${reader}`);
      }
    }
  });

  it("a pull request reads main, its own first, and cannot overwrite or take a key from main", async () => {
    const key = freshKey();
    assert.equal((await ask(at(`/ac/${key}`), "pr", { method: "PUT", body: "mine" })).status, 200);
    assert.equal((await ask(at(`/ac/${key}`), "main", { method: "PUT", body: "main's" })).status, 200);
    assert.equal(textOf((await ask(at(`/ac/${key}`), "main")).bytes), "main's");
    assert.equal(textOf((await ask(at(`/ac/${key}`), "other")).bytes), "main's");
    assert.equal(textOf((await ask(at(`/ac/${key}`), "pr")).bytes), "mine");
  });
});

describe("attacks with a pull request's token", () => {
  it("overwriting and replaying: a key keeps its first bytes in every scope", async () => {
    const key = freshKey();
    for (const path of [`/ac/${key}`, `/v1/cache/${key}`]) {
      await ask(at(path), "main", { method: "PUT", body: "first" });
      await ask(at(path), "pr", { method: "PUT", body: "of the request" });
      assert.equal((await ask(at(path), "pr", { method: "PUT", body: "again" })).status, 409);
      assert.equal((await ask(at(path), "pr", { method: "PUT", body: "of the request" })).status, 200);
      assert.equal(textOf((await ask(at(path), "main")).bytes), "first");
    }
  });

  it("bytes that are not the name's are refused and not kept", async () => {
    const name = sha256("right");
    for (const body of ["wrong", "", "righ"])
      assert.equal((await ask(at(`/cas/${name}`), "pr", { method: "PUT", body })).status, 400);
    assert.equal((await ask(at(`/cas/${name}`), "pr")).status, 404);
  });

  it("paths that climb, hide or bend are no paths", async () => {
    const name = sha256("x");
    const paths = [
      `/cas/../scopes/main/blobs/${name.slice(0, 2)}/${name.slice(2)}`,
      `/cas/..%2f..%2fmain/${name}`,
      `/cas/${name}/../${name}`,
      `//cas/${name}`,
      `/cas/${name}?scope=main`,
      `/cas/${name}#x`,
      `/cas/${name.toUpperCase()}`,
      `/cas/${name}%00`,
      `/ac/main/${name}`,
      `/v1/cache/../../ac/${name}`,
      `/v1/cache/${"a".repeat(129)}`,
      `/v1/cache/a.b`,
      `http://other.example/cas/${name}`,
    ];
    for (const path of paths) {
      assert.equal(await rawStatus(`PUT ${path} HTTP/1.1\r\ncontent-length: 1`, "x"), 404, path);
      assert.equal(await rawStatus(`GET ${path} HTTP/1.1`), 404, path);
    }
    assert.equal((await ask(at(`/cas/${name}`), "main")).status, 404);
  });

  it("headers that claim a scope or another method change nothing", async () => {
    const key = freshKey();
    const claims = "x-scope: main\r\nx-http-method-override: PUT\r\nx-original-url: /ac/1\r\ncontent-length: 1";
    assert.equal(await rawStatus(`PUT /ac/${key} HTTP/1.1\r\n${claims}`, "x"), 200);
    assert.equal((await ask(at(`/ac/${key}`), "main")).status, 404);
    assert.equal(await rawStatus(`DELETE /ac/${key} HTTP/1.1`), 405);
    assert.equal(await rawStatus(`POST /ac/${key} HTTP/1.1\r\ncontent-length: 0`), 405);
  });

  it("oversized, endless and unmeasured bodies are refused", async () => {
    const large = new Uint8Array(1_000_001);
    assert.equal((await ask(at(`/cas/${sha256(large)}`), "pr", { method: "PUT", body: large })).status, 413);
    const head = `PUT /cas/${sha256("x")} HTTP/1.1`;
    assert.equal(await rawStatus(`${head}\r\ntransfer-encoding: chunked`, "1\r\nx\r\n0\r\n\r\n"), 411);
    assert.equal(await rawStatus(`${head}\r\ncontent-length: 999999999999`), 413);
    assert.equal(await rawStatus(`${head}\r\ncontent-length: -1`), 400);
    assert.equal(await rawStatus(`${head}\r\ncontent-length: 1\r\ntransfer-encoding: chunked`, "0\r\n\r\n"), 400);
    assert.equal((await ask(at(`/cas/${sha256("x")}`), "pr")).status, 404);
  });

  it("filling its scope leaves main its room", async () => {
    await using small = await serve({ limits: { maxBytes: 1_000_000, maxAgeMs: 1e12 } });
    const send = async (who: "pr" | "main", text: string): Promise<number> => {
      const body = text.padEnd(60_000);
      return (await ask(`${small.url}/cas/${sha256(body)}`, who, { method: "PUT", body })).status;
    };
    assert.deepEqual([await send("pr", "1"), await send("pr", "2"), await send("pr", "3")], [200, 507, 507]);
    assert.equal(await send("main", "4"), 200);
  });
});

describe("what the server says of itself", () => {
  it("is healthy without a token, and counts for those with one", async () => {
    assert.equal((await ask(at("/healthz"), undefined)).status, 200);
    assert.equal((await ask(at("/metrics"), undefined)).status, 401);
    const { status, bytes } = await ask(at("/metrics"), "reader");
    assert.equal(status, 200);
    const text = textOf(bytes);
    assert.match(text, /^kolm_cache_requests_total\{kind="nx",method="GET",status="404"\} [0-9]+$/m);
    assert.match(text, /^kolm_cache_refused_total\{reason="wrong_digest"\} 3$/m);
    for (const line of text.trimEnd().split("\n"))
      assert.match(line, /^(# (HELP|TYPE) \w+ .+|\w+(\{.+\})? [0-9.e+]+)$/);
  });

  it("writes who did what, and never a token", () => {
    assert.ok(served.lines.length > 100);
    const all = served.lines.join("\n");
    for (const who of Object.keys(TOKENS)) assert.ok(!all.includes(`secret-of-${who}`));
    assert.match(all, /"status":409.*"token":"pr","scope":"pr:12"/);
  });

  it("leaves no temporary file behind", async () => {
    for (const scope of await readdir(`${served.folder}/scopes`))
      assert.deepEqual(await readdir(`${served.folder}/scopes/${scope}/temp`), []);
  });
});
