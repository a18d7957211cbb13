// This file packs the parts of a text into as few passages as their tokens allow, counting each part a few times at most.
import type { Range } from "../read/document.ts";
import { cutAt, FINEST } from "./units.ts";

// Characters no vocabulary's token exceeds: longer text is cut without counting, so that counting stays cheap.
const LONGEST_TOKEN = 64;

/** measure counts the tokens of what is embedded for a range. */
export type Room = { readonly limit: number; readonly measure: (range: Range) => number };

/** Greedy: as many neighbouring parts as fit; a part that does not fit alone is cut at the next finer seam. */
export function pack(text: string, range: Range, room: Room, level = 0): Range[] {
  if (range.start >= range.end) return [];
  if (level > FINEST + 20 || fits(range, room)) return [range];
  const parts = cutAt(text, range, Math.min(level, FINEST));
  const packed: Range[] = [];
  let guess = 1;
  for (let at = 0; at < parts.length;) {
    const many = longestRun(parts, at, { room, guess });
    const [first, last] = [parts[at], parts[at + Math.max(many, 1) - 1]];
    if (first === undefined || last === undefined) break;
    if (many === 0) packed.push(...pack(text, first, room, level + 1));
    else packed.push({ start: first.start, end: last.end });
    at += Math.max(many, 1);
    guess = Math.max(many, 1);
  }
  return packed;
}

function fits(range: Range, { limit, measure }: Room): boolean {
  return range.end - range.start <= limit * LONGEST_TOKEN && measure(range) <= limit;
}

/**
 * How many parts from one on fit together; 0 when that one does not. Neighbouring runs are about as long, so the search begins at the
 * last one's length, doubles or halves its step until the edge lies between, then bisects: counts grow with the logarithm of the run.
 */
function longestRun(parts: readonly Range[], from: number, { room, guess }: { room: Room; guess: number }): number {
  const most = parts.length - from;
  const holds = (many: number): boolean => {
    const [first, last] = [parts[from], parts[from + many - 1]];
    return first !== undefined && last !== undefined && fits({ start: first.start, end: last.end }, room);
  };
  let [low, high] = [0, most + 1];
  let probe = Math.min(guess, most);
  for (let step = 1; low < probe && probe < high; step *= 2) {
    if (holds(probe)) [low, probe] = [probe, Math.min(probe + step, high - 1)];
    else [high, probe] = [probe, Math.max(probe - step, low + 1)];
  }
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (holds(middle)) low = middle;
    else high = middle;
  }
  return low;
}
