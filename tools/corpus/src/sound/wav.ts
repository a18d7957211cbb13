// This file reads WAV (RIFF WAVE, Microsoft's Multimedia Programming Interface 1.0) into mono samples.
import { digestOf, portableHashing } from "@kolm/format";
import { nameInWords, type Sound } from "../read/document.ts";
import { unreadable } from "../read/failure.ts";

type Format = { readonly code: number; readonly channels: number; readonly sampleRate: number; readonly bits: number };

const PCM = 1;
const FLOAT = 3;
const EXTENSIBLE = 0xfffe;
const NAMES: ReadonlyMap<number, string> = new Map([
  [2, "ADPCM"],
  [6, "A-law"],
  [7, "µ-law"],
  [0x11, "IMA ADPCM"],
  [0x55, "MP3"],
]);
const RESAVE = "Save it as WAV with PCM samples, for instance: ffmpeg -i in.wav -c:a pcm_s16le out.wav";

/** PCM of 8, 16, 24 or 32 bits and floats of 32 or 64; channels are averaged. */
export function readWav(path: string, bytes: Uint8Array): Sound {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  if (bytes.length < 12 || name(view, 0) !== "RIFF" || name(view, 8) !== "WAVE") {
    throw unreadable({ file: path }, "it does not begin as a RIFF WAVE file", RESAVE);
  }
  const chunks = chunksOf(path, view);
  const format = formatOf(path, view, chunks.get("fmt "));
  const data = chunks.get("data");
  if (data === undefined) throw unreadable({ file: path }, "it has no data chunk", RESAVE);
  const samples = mono(path, new DataView(bytes.buffer, bytes.byteOffset + data.start, data.end - data.start), format);
  const { channels, sampleRate, bits } = format;
  return {
    path,
    title: nameInWords(path),
    sha256: digestOf(portableHashing, bytes),
    sampleRate,
    samples,
    meta: { channels, bits, sampleRate, seconds: samples.length / sampleRate },
  };
}

type Chunk = { readonly start: number; readonly end: number };

function name(view: DataView, at: number): string {
  return String.fromCharCode(...[0, 1, 2, 3].map((step) => view.getUint8(at + step)));
}

// The first of each name counts. Sizes of 0 or 2³²−1 are what programs leave that were stopped, or wrote to a pipe.
function chunksOf(path: string, view: DataView): Map<string, Chunk> {
  const chunks = new Map<string, Chunk>();
  for (let at = 12; at + 8 <= view.byteLength;) {
    const [id, size, start] = [name(view, at), view.getUint32(at + 4, true), at + 8];
    if (start + size > view.byteLength) {
      const found = `its chunk ${JSON.stringify(id)} claims ${size} bytes, the file has ${view.byteLength - start} left`;
      throw unreadable({ file: path }, found, `The file is cut short or its header is wrong. ${RESAVE}`);
    }
    if (!chunks.has(id)) chunks.set(id, { start, end: start + size });
    if (id === "data" && chunks.has("fmt ")) break;
    at = start + size + (size % 2);
  }
  return chunks;
}

function formatOf(path: string, view: DataView, chunk: Chunk | undefined): Format {
  if (chunk === undefined || chunk.end - chunk.start < 16)
    throw unreadable({ file: path }, "it has no format chunk", RESAVE);
  const at = chunk.start;
  const spelled = view.getUint16(at, true);
  const code = spelled === EXTENSIBLE && chunk.end - at >= 26 ? view.getUint16(at + 24, true) : spelled;
  const [channels, sampleRate] = [view.getUint16(at + 2, true), view.getUint32(at + 4, true)];
  const [align, bits] = [view.getUint16(at + 12, true), view.getUint16(at + 14, true)];
  const widths = code === PCM ? [8, 16, 24, 32] : code === FLOAT ? [32, 64] : [];
  if (!widths.includes(bits)) {
    const found = `its samples are ${NAMES.get(code) ?? (code === PCM ? "PCM" : `format ${code}`)} of ${bits} bits`;
    throw unreadable({ file: path }, `${found}, not PCM of 8 to 32 bits or floats`, RESAVE);
  }
  if (channels < 1 || channels > 64 || sampleRate < 1000 || sampleRate > 768_000 || align !== (channels * bits) / 8) {
    const found = `its header claims ${channels} channels at ${sampleRate} Hz, ${align} bytes a frame of ${bits}-bit samples`;
    throw unreadable({ file: path }, `${found}, which cannot be`, RESAVE);
  }
  return { code, channels, sampleRate, bits };
}

function mono(path: string, data: DataView, { code, channels, bits }: Format): Float32Array {
  const width = bits / 8;
  const frame = width * channels;
  if (data.byteLength === 0 || data.byteLength % frame !== 0) {
    const found = `its ${data.byteLength} bytes of sound are not whole frames of ${frame} bytes`;
    throw unreadable({ file: path }, found, `The file is cut short or its header is wrong. ${RESAVE}`);
  }
  const read = code === FLOAT ? floatAt(bits) : integerAt(bits);
  const samples = new Float32Array(data.byteLength / frame);
  for (let at = 0; at < samples.length; at++) {
    let sum = 0;
    for (let channel = 0; channel < channels; channel++) sum += read(data, at * frame + channel * width);
    if (!Number.isFinite(sum)) throw unreadable({ file: path }, `sample ${at} is not a number`, RESAVE);
    samples[at] = sum / channels;
  }
  return samples;
}

type ReadSample = (data: DataView, at: number) => number;

function floatAt(bits: number): ReadSample {
  return bits === 32 ? (data, at) => data.getFloat32(at, true) : (data, at) => data.getFloat64(at, true);
}

// 8 bits are unsigned, wider ones signed.
function integerAt(bits: number): ReadSample {
  if (bits === 8) return (data, at) => (data.getUint8(at) - 128) / 128;
  if (bits === 16) return (data, at) => data.getInt16(at, true) / 32_768;
  if (bits === 24) return (data, at) => (data.getUint16(at, true) + data.getInt8(at + 2) * 65_536) / 8_388_608;
  return (data, at) => data.getInt32(at, true) / 2_147_483_648;
}
