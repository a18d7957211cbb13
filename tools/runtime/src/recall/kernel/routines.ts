// This file is the arithmetic of search: products of codes along a graph, and of numbers for the score.
import { type Code, F32, F64, get, I32, number, repeat, type Routine, sequence, set, V128 } from "./bytecode.ts";

/** Codes and numbers come in runs of this many; vectors are filled up with zeros. */
export const RUN = 32;
/** Bytes that memory is read in. */
const LINE = 64;

const step = (place: number, by: Code): Code => set(place, I32.add(get(place), by));
const zeros = (place: number): Code => set(place, V128.splatI32(number(0)));
const isBefore = (place: number, end: number): Code => I32.isLess(get(place), get(end));

/**
 * out[i] = scales[ids[i]] · Σ codes[ids[i]] · query as f32, for i < count > 0: vectors of `size` codes (i8, a multiple of 32) against a
 * query of as many i16. Sums of whole numbers are exact, so their order does not matter.
 */
export const compare: Routine = {
  name: "compare",
  parameters: [
    ["codes", "i32"],
    ["scales", "i32"],
    ["size", "i32"],
    ["query", "i32"],
    ["ids", "i32"],
    ["count", "i32"],
    ["out", "i32"],
  ],
  variables: [
    ["code", "i32"],
    ["end", "i32"],
    ["word", "i32"],
    ["first", "i32"],
    ["last", "i32"],
    ["touched", "i32"],
    ["loaded", "v128"],
    ["sum", "v128"],
  ],
  body: (at) => {
    const [ids, size, code, end, first, touched] = places(at, "ids", "size", "code", "end", "first", "touched");
    const [last, out] = places(at, "last", "out");
    const seek = sequence(
      set(code, I32.add(I32.multiply(I32.load(get(ids)), get(size)), get(at("codes")))),
      set(end, I32.add(get(code), get(size))),
    );
    // Reading a word of every line first lets the memory fetch them side by side; each sum alone would wait for its own.
    const touch = sequence(
      seek,
      repeat(
        sequence(set(touched, I32.add(get(touched), I32.load(get(code)))), step(code, number(LINE))),
        isBefore(code, end),
      ),
      step(ids, number(4)),
    );
    return sequence(
      set(first, get(ids)),
      set(last, I32.add(get(ids), I32.multiply(get(at("count")), number(4)))),
      repeat(touch, isBefore(ids, last)),
      // Stored, so that no compiler leaves the reading out.
      I32.store(get(out), get(touched)),
      set(ids, get(first)),
      repeat(sequence(seek, products(at)), isBefore(ids, last)),
    );
  },
};

/** From code to end, then to the next of the ids. */
function products(at: (name: string) => number): Code {
  const [code, end, word, loaded, sum] = places(at, "code", "end", "word", "loaded", "sum");
  const [ids, out] = places(at, "ids", "out");
  const sixteen = (from: number): Code =>
    sequence(
      set(loaded, V128.load(get(code), from)),
      set(
        sum,
        V128.addI32(
          get(sum),
          V128.addI32(
            V128.dotI16(V128.lowI8ToI16(get(loaded)), V128.load(get(word), 2 * from)),
            V128.dotI16(V128.highI8ToI16(get(loaded)), V128.load(get(word), 2 * from + 16)),
          ),
        ),
      ),
    );
  const lanes = [1, 2, 3].reduce(
    (total, lane) => I32.add(total, V128.laneI32(get(sum), lane)),
    V128.laneI32(get(sum), 0),
  );
  const scale = F32.load(I32.add(I32.multiply(I32.load(get(ids)), number(4)), get(at("scales"))));
  return sequence(
    set(word, get(at("query"))),
    zeros(sum),
    repeat(
      sequence(sixteen(0), sixteen(16), step(word, number(2 * RUN)), step(code, number(RUN))),
      isBefore(code, end),
    ),
    F32.store(get(out), F32.multiply(F32.ofI32(lanes), scale)),
    step(out, number(4)),
    step(ids, number(4)),
  );
}

/**
 * out[i] = Σ numbers[i] · query as f64, for i < count > 0: vectors of `size` f32 (a multiple of 8) one after the other, the query f64. Products
 * are exact; sum j is that of numbers j, j + 8, j + 16 …, and the eight sums are added as ((0+2)+(4+6)) + ((1+3)+(5+7)).
 */
export const score: Routine = {
  name: "score",
  parameters: [
    ["numbers", "i32"],
    ["size", "i32"],
    ["query", "i32"],
    ["count", "i32"],
    ["out", "i32"],
  ],
  variables: [
    ["end", "i32"],
    ["value", "i32"],
    ["last", "i32"],
    ["a", "v128"],
    ["b", "v128"],
    ["c", "v128"],
    ["d", "v128"],
  ],
  body: (at) => {
    const [numbers, value, out, last, end] = places(at, "numbers", "value", "out", "last", "end");
    const [a, b, c, d] = places(at, "a", "b", "c", "d");
    const pair = (sum: number, which: number): Code => {
      const read = V128.lowF32ToF64(V128.loadHalf(get(numbers), 8 * which));
      return set(sum, V128.addF64(get(sum), V128.multiplyF64(read, V128.load(get(value), 16 * which))));
    };
    const total = V128.addF64(V128.addF64(get(a), get(b)), V128.addF64(get(c), get(d)));
    const one = sequence(
      set(end, I32.add(get(numbers), I32.multiply(get(at("size")), number(4)))),
      set(value, get(at("query"))),
      ...[a, b, c, d].map(zeros),
      repeat(
        sequence(...[a, b, c, d].map(pair), step(numbers, number(32)), step(value, number(64))),
        isBefore(numbers, end),
      ),
      set(a, total),
      F64.store(get(out), F64.add(V128.laneF64(get(a), 0), V128.laneF64(get(a), 1))),
      step(out, number(8)),
    );
    return sequence(
      set(last, I32.add(get(out), I32.multiply(get(at("count")), number(8)))),
      repeat(one, isBefore(out, last)),
    );
  },
};

/** The places of variables, as many as named. */
function places<const Names extends readonly string[]>(
  at: (name: string) => number,
  ...names: Names
): { readonly [Name in keyof Names]: number } {
  return names.map(at) as { readonly [Name in keyof Names]: number }; // one a name
}
