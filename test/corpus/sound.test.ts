// This file shows how WAV becomes mono samples, how their rate is changed, and which files are refused.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { resample, type Sound } from "@kolm/corpus";
import { readAll, wav } from "./fixtures.ts";

async function sound(bytes: Uint8Array): Promise<Sound> {
  const [found] = await readAll("a/door_bell.wav", bytes);
  if (found?.kind !== "audio") assert.fail("a sound");
  return found;
}

const tone = (hertz: number, rate: number, length: number): Float32Array =>
  Float32Array.from({ length }, (_, at) => Math.sin((2 * Math.PI * hertz * at) / rate));

describe("WAV", () => {
  it("of any width is samples from −1 to 1", async () => {
    const cases: [number, number, number[], number[]][] = [
      [1, 8, [0, 64, 128, 255], [-1, -0.5, 0, 127 / 128]],
      [1, 16, [-32768, -16384, 0, 32767], [-1, -0.5, 0, 32767 / 32768]],
      [1, 24, [-8388608, -4194304, 1, 8388607], [-1, -0.5, 1 / 8388608, 8388607 / 8388608]],
      [1, 32, [-2147483648, 1073741824], [-1, 0.5]],
      [3, 32, [-1, 0.25], [-1, 0.25]],
      [3, 64, [-1, 0.25], [-1, 0.25]],
    ];
    for (const [code, bits, values, expected] of cases) {
      const { samples } = await sound(
        wav(
          values.map((value) => [value]),
          { code, bits },
        ),
      );
      assert.deepEqual([...samples], [...Float32Array.from(expected)], `${bits} bits of code ${code}`);
    }
  });

  it("of several channels is their mean, with its length and channels as facts", async () => {
    const found = await sound(
      wav(
        [
          [16384, 0],
          [-16384, -16384],
        ],
        { rate: 11_025 },
      ),
    );
    assert.deepEqual([...found.samples], [0.25, -0.5]);
    assert.deepEqual(found.meta, { channels: 2, bits: 16, sampleRate: 11_025, seconds: 2 / 11_025 });
    assert.deepEqual([found.title, found.sampleRate, found.sha256.length], ["door bell", 11_025, 64]);
  });

  it("whose sizes lie is refused, whatever they claim", async () => {
    const lying = (change: (view: DataView) => void): Uint8Array => {
      const bytes = wav([
        [1, 2],
        [3, 4],
      ]);
      change(new DataView(bytes.buffer));
      return bytes;
    };
    const cases: [Uint8Array, RegExp][] = [
      [
        lying((view) => view.setUint32(40, 0xffffffff, true)),
        /its chunk "data" claims 4294967295 bytes, the file has 8 left/,
      ],
      [lying((view) => view.setUint32(40, 7, true)), /7 bytes of sound are not whole frames of 4 bytes/],
      [lying((view) => view.setUint32(40, 0, true)), /0 bytes of sound/],
      [lying((view) => view.setUint16(22, 0, true)), /claims 0 channels/],
      [lying((view) => view.setUint16(22, 65535, true)), /claims 65535 channels/],
      [lying((view) => view.setUint32(24, 0, true)), /at 0 Hz/],
      [lying((view) => view.setUint16(34, 12, true)), /PCM of 12 bits/],
      [lying((view) => view.setUint16(20, 7, true)), /µ-law/],
      [wav([[Number.NaN]], { code: 3, bits: 32 }), /sample 0 is not a number/],
      [wav([[1]]).subarray(0, 30), /claims 16 bytes, the file has 10 left/],
      [wav([[1]]).subarray(0, 36), /no data chunk/],
      [new Uint8Array(100), /does not begin as a RIFF WAVE file/],
    ];
    for (const [bytes, message] of cases) {
      await assert.rejects(readAll("a.wav", bytes), { code: "CORPUS_UNREADABLE", message, place: { file: "a.wav" } });
    }
  });
});

describe("resampling", () => {
  const path = "a.wav";

  it("keeps a tone both rates can hold, within a ten-thousandth", () => {
    for (const [from, to] of [
      [44_100, 16_000],
      [16_000, 44_100],
      [8000, 16_000],
      [48_000, 16_000],
    ] as const) {
      const samples = resample({ samples: tone(1000, from, from / 4), sampleRate: from, path }, to);
      const expected = tone(1000, to, samples.length);
      assert.equal(samples.length, to / 4);
      // The ends have no neighbours.
      const error = samples.subarray(200, -200).map((value, at) => Math.abs(value - (expected[at + 200] ?? 0)));
      assert.ok(Math.max(...error) < 1e-4, `${from} to ${to}: ${Math.max(...error)}`);
    }
  });

  it("silences what the lower rate cannot hold instead of folding it back", () => {
    const samples = resample({ samples: tone(12_000, 44_100, 11_025), sampleRate: 44_100, path }, 16_000);
    assert.ok(Math.max(...samples.subarray(200, -200).map(Math.abs)) < 1e-3);
  });

  it("keeps a constant and the samples of the same rate, and refuses to grow without bound", () => {
    const level = resample({ samples: new Float32Array(500).fill(0.5), sampleRate: 11_025, path }, 16_000);
    assert.ok(level.subarray(100, -100).every((value) => Math.abs(value - 0.5) < 1e-6));
    const samples = tone(10, 100, 100);
    assert.equal(resample({ samples, sampleRate: 16_000, path }, 16_000), samples);
    assert.throws(() => resample({ samples, sampleRate: 1, path }, 16_000_000_000), { code: "CORPUS_TOO_LARGE" });
  });
});
