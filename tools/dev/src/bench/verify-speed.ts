// This file measures verification of a 1 GiB artifact against sha256sum of the same file, and the opening of a thin one.
import { spawnSync } from "node:child_process";
import { createCipheriv } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Content, KolmError, type LayerSource, memoryContent, packArtifact } from "@kolm/format";
import { loadOrCreateKeyFile, nodeCrypto, writeFileAtomically } from "@kolm/format/node";
import type { Bench, Row } from "./bench.ts";

const GIB = 1_073_741_824;
const PIECE = 1_048_576;
const ROUNDS = 3;

/** npm run bench -- verify-speed [bytes] */
export const verifySpeed: Bench = {
  name: "verify-speed",
  summary: "verifying a 1 GiB artifact against sha256sum of the same file; opening a thin artifact",
  measure: async ([bytes = String(GIB)]) => {
    const folder = await mkdtemp(join(tmpdir(), "kolm-verify-"));
    try {
      const whole = join(folder, "whole.kolm");
      const thin = join(folder, "thin.kolm");
      await write(whole, Number(bytes), folder);
      await write(thin, Number(bytes) / 16, folder, true);
      return rowsOf(measureAll(whole, thin));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

/** Bytes no compressor or cache knows: a stream cipher over zeros. */
function keystream(size: number): Content {
  return {
    size,
    *open() {
      const cipher = createCipheriv("aes-128-ctr", Buffer.alloc(16, 1), Buffer.alloc(16));
      for (let left = size; left > 0; left -= PIECE) yield cipher.update(new Uint8Array(Math.min(PIECE, left)));
    },
  };
}

async function write(path: string, size: number, folder: string, referenced = false): Promise<void> {
  const mediaType = "application/octet-stream";
  const model = { kind: "model", path: "layers/model/encoder.onnx", mediaType, content: keystream(size) } as const;
  const small = Object.entries({
    adapter: 400_000,
    recipes: 60_000,
    recall: 900_000,
    verifier: 40_000,
    docs: 8_000,
  }).map(([kind, length]) => ({
    kind,
    path: `layers/${kind}/a.bin`,
    mediaType,
    content: memoryContent(new Uint8Array(length)),
  })) as LayerSource[]; // the keys above are kinds
  const { signer } = await loadOrCreateKeyFile(join(folder, "key.pem"));
  const packed = await packArtifact({
    facts: { name: "speed", version: "1.0.0" },
    layers: [referenced ? { ...model, referenced } : model, ...small],
    signer,
    crypto: nodeCrypto,
  });
  await writeFileAtomically(path, packed.stream(), { size: packed.size });
}

/** Runs in a process of its own, on the built packages, so that its memory is that of a verifier and nothing else. */
const CHILD = `
import { openArtifact, verifyArtifact } from "@kolm/format";
import { nodeCrypto, openFileSource } from "@kolm/format/node";
const [verb, path] = process.argv.slice(1);
const source = await openFileSource(path);
const start = performance.now();
if (verb === "verify") {
  const verdict = await verifyArtifact(source, { crypto: nodeCrypto });
  if (!verdict.passed) throw new Error(verdict.finding.detail);
} else {
  const artifact = await openArtifact(source, { crypto: nodeCrypto });
  for (const { path, referenced } of artifact.manifest.layers) if (!referenced) await artifact.layer(path);
}
const milliseconds = performance.now() - start;
await source.close();
console.log(JSON.stringify({ milliseconds, kilobytes: process.resourceUsage().maxRSS }));
`;

type Run = { readonly milliseconds: number; readonly kilobytes: number };
type Measured = {
  readonly sum: number;
  readonly openssl: number | undefined;
  readonly verify: Run;
  readonly open: Run;
};

/** The best of three each, turn about, so that none has the quieter machine. */
function measureAll(whole: string, thin: string): Measured {
  const rounds = Array.from({ length: ROUNDS }, () => ({
    sum: timed("sha256sum", [whole]),
    verify: inChild("verify", whole),
    openssl: timed("openssl", ["dgst", "-sha256", whole]),
    open: inChild("open", thin),
  }));
  const sums = rounds.map(({ sum }) => sum).filter((one) => one !== undefined);
  if (sums.length === 0) throw new KolmError("TOOL_MISSING", "sha256sum is not installed");
  const openssl = rounds.map((round) => round.openssl).filter((one) => one !== undefined);
  return {
    sum: Math.min(...sums),
    openssl: openssl.length === 0 ? undefined : Math.min(...openssl),
    verify: best(rounds.map(({ verify }) => verify)),
    open: best(rounds.map(({ open }) => open)),
  };
}

const best = (runs: readonly Run[]): Run => ({
  milliseconds: Math.min(...runs.map(({ milliseconds }) => milliseconds)),
  kilobytes: Math.max(...runs.map(({ kilobytes }) => kilobytes)),
});

function timed(command: string, words: readonly string[]): number | undefined {
  const start = performance.now();
  const { status } = spawnSync(command, words);
  return status === 0 ? performance.now() - start : undefined;
}

function inChild(verb: "verify" | "open", path: string): Run {
  const words = ["--input-type=module", "-e", CHILD, verb, path];
  const run = spawnSync(process.execPath, words, { cwd: import.meta.dirname, encoding: "utf8" });
  if (run.status !== 0) throw new Error(`${verb} failed: ${run.stderr}`);
  // The child prints a Run.
  return JSON.parse(run.stdout) as Run;
}

function rowsOf({ sum, openssl, verify, open }: Measured): Row[] {
  const ratio = verify.milliseconds / sum;
  const row = (what: string, aim: string, measured: string, holds: boolean | null): Row => ({
    what,
    aim,
    measured,
    holds,
  });
  const times = `${verify.milliseconds.toFixed(0)} ms / ${sum.toFixed(0)} ms = ${ratio.toFixed(2)}`;
  const beside = openssl === undefined ? "not installed" : (verify.milliseconds / openssl).toFixed(2);
  const megabytes = verify.kilobytes / 1000;
  return [
    row("verify of a 1 GiB artifact / sha256sum of it", "<= 1.3", times, ratio <= 1.3),
    row("the same / openssl dgst -sha256", "–", beside, null),
    row("memory of the verifying process", "<= 120 MB", `${megabytes.toFixed(0)} MB`, megabytes <= 120),
    row(
      "opening a thin artifact, its own layers read",
      "<= 40 ms",
      `${open.milliseconds.toFixed(1)} ms`,
      open.milliseconds <= 40,
    ),
  ];
}
