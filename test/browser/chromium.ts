// This file runs a module of ours in headless Chromium: bundled by esbuild, served on loopback, called from the test.
import { existsSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { build } from "esbuild";
import { chromium } from "playwright-core";

const executablePath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);

/** For tests that need it. */
export const skip =
  executablePath === undefined ? "no Chromium on this machine (Debian: apt-get install chromium)" : false;

/** A page whose module set `globalThis.run`; call gives its answer to a value that JSON can hold. */
export interface Page extends AsyncDisposable {
  call(argument: unknown): Promise<unknown>;
}

/** Opens a page that loads the module, given by its path below this folder. */
export async function openPage(module: string): Promise<Page> {
  const bundle = await build({
    entryPoints: [join(import.meta.dirname, module)],
    bundle: true,
    write: false,
    format: "esm",
    platform: "browser",
    conditions: ["kolm-source"],
    target: "es2022",
    logLevel: "silent",
  });
  const script = bundle.outputFiles[0]?.text ?? "";
  const server = createServer((request, response) => {
    const isScript = request.url === "/module.js";
    response.setHeader("content-type", isScript ? "text/javascript" : "text/html");
    response.end(isScript ? script : '<!doctype html><script type="module" src="/module.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const browser = await chromium.launch({
    ...(executablePath === undefined ? {} : { executablePath }),
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  });
  const close = async (): Promise<void> => {
    await browser.close();
    await new Promise((resolve) => server.close(resolve));
  };
  try {
    const page = await browser.newPage();
    const { port } = server.address() as AddressInfo; // it listens on a port
    await page.goto(`http://127.0.0.1:${port}/`);
    await page.waitForFunction("globalThis.run !== undefined");
    return {
      call: (argument) => page.evaluate(`globalThis.run(${JSON.stringify(argument)})`),
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}
