// This file writes WebAssembly modules byte by byte: sections, functions and the instructions that kernels need.

/** Bytes of instructions. */
export type Code = readonly number[];
type ValueType = "i32" | "f32" | "f64" | "v128";

/** A function to export: named parameters and variables are read and written by name. */
export type Routine = {
  readonly name: string;
  readonly parameters: readonly (readonly [name: string, type: ValueType])[];
  readonly variables: readonly (readonly [name: string, type: ValueType])[];
  readonly body: (at: (name: string) => number) => Code;
};

const TYPE: Readonly<Record<ValueType, number>> = { i32: 0x7f, f32: 0x7d, f64: 0x7c, v128: 0x7b };

/** "\0asm", version 1. */
const HEADER: Code = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];

/** A module that exports its memory of at least `pages` (64 KiB each) as "memory", and routines that return nothing. */
export function moduleOf(routines: readonly Routine[], pages: number): Uint8Array<ArrayBuffer> {
  const types = routines.map(({ parameters }) => [0x60, ...list(parameters.map(([, type]) => [TYPE[type]])), 0]);
  const exports = routines.map(({ name }, at) => [...text(name), 0, ...unsigned(at)]);
  const bodies = routines.map((routine) => sized(functionOf(routine)));
  return Uint8Array.from([
    ...HEADER,
    ...section(1, list(types)),
    ...section(3, list(routines.map((_, at) => unsigned(at)))),
    ...section(5, list([[0, ...unsigned(pages)]])),
    ...section(7, list([[...text("memory"), 2, 0], ...exports])),
    ...section(10, list(bodies)),
  ]);
}

function functionOf({ parameters, variables, body }: Routine): Code {
  const names = [...parameters, ...variables].map(([name]) => name);
  const at = (name: string): number => {
    const place = names.indexOf(name);
    if (place < 0) throw new Error(`invariant broken: no variable is called ${name}`);
    return place;
  };
  return [...list(variables.map(([, type]) => [1, TYPE[type]])), ...body(at), 0x0b];
}

const section = (id: number, content: Code): Code => [id, ...sized(content)];
const sized = (content: Code): Code => [...unsigned(content.length), ...content];
const list = (entries: readonly Code[]): Code => [...unsigned(entries.length), ...entries.flat()];
const text = (ascii: string): Code => [
  ...unsigned(ascii.length),
  ...Array.from(ascii, (letter) => letter.charCodeAt(0)),
];

function unsigned(value: number): Code {
  return value < 128 ? [value] : [(value & 127) | 128, ...unsigned(value >>> 7)];
}

function signed(value: number): Code {
  return value >= -64 && value < 64 ? [value & 127] : [(value & 127) | 128, ...signed(value >> 7)];
}

export const get = (place: number): Code => [0x20, place];
export const set = (place: number, value: Code): Code => [...value, 0x21, place];
export const number = (value: number): Code => [0x41, ...signed(value)];
export const sequence = (...parts: readonly Code[]): Code => parts.flat();
/** Runs the body once, and again as long as the condition is not 0. */
export const repeat = (body: Code, condition: Code): Code => [0x03, 0x40, ...body, ...condition, 0x0d, 0, 0x0b];
const simd = (opcode: number): Code => [0xfd, ...unsigned(opcode)];
const one =
  (opcode: Code) =>
  (value: Code): Code => [...value, ...opcode];
const two =
  (opcode: Code) =>
  (left: Code, right: Code): Code => [...left, ...right, ...opcode];
const load =
  (opcode: Code) =>
  (address: Code, offset = 0): Code => [...address, ...opcode, 0, ...unsigned(offset)];
const store =
  (opcode: Code) =>
  (address: Code, value: Code): Code => [...address, ...value, ...opcode, 0, 0];

export const I32 = {
  load: load([0x28]),
  store: store([0x36]),
  add: two([0x6a]),
  multiply: two([0x6c]),
  isLess: two([0x49]),
} as const;
export const F32 = { load: load([0x2a]), store: store([0x38]), multiply: two([0x94]), ofI32: one([0xb2]) } as const;
export const F64 = { store: store([0x39]), add: two([0xa0]) } as const;

/** Vectors of 128 bits (WebAssembly Core Specification 2.0, vector instructions). */
export const V128 = {
  load: load(simd(0x00)),
  /** Eight bytes; the rest is 0. */
  loadHalf: load(simd(0x5d)),
  splatI32: one(simd(0x11)),
  lowI8ToI16: one(simd(0x87)),
  highI8ToI16: one(simd(0x88)),
  /** Products of eight pairs of i16, neighbours summed to i32. */
  dotI16: two(simd(0xba)),
  addI32: two(simd(0xae)),
  laneI32: (value: Code, lane: number): Code => [...value, ...simd(0x1b), lane],
  lowF32ToF64: one(simd(0x5f)),
  addF64: two(simd(0xf0)),
  multiplyF64: two(simd(0xf2)),
  laneF64: (value: Code, lane: number): Code => [...value, ...simd(0x21), lane],
} as const;
