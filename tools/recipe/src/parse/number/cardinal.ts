// This file reads whole numbers written in words, and ordinals (SPEC.md §8.3).
import { type Match, stands, type Token, type Tokens } from "../token.ts";
import { ORDINALS, SCALES, SMALL } from "./words.ts";

/** Tokens a number in words may take. */
const MOST_TOKENS = 40;

type State = {
  total: bigint;
  group: number;
  /** The next word below a hundred must be less than this. */
  room: number;
  /** The next scale must be less than this. */
  limit: bigint;
  hundred: boolean;
  end: number;
};

const BEYOND = 10n ** 15n;

/** A whole number in words: "one hundred and twenty-three", "a thousand". */
export function cardinal(tokens: Tokens, at: number): Match<bigint> | undefined {
  const state: State = { total: 0n, group: 0, room: 1000, limit: BEYOND, hundred: false, end: at };
  if ((stands(tokens, at, "a") || stands(tokens, at, "an")) && isScale(tokens[at + 1])) {
    Object.assign(state, { group: 1, room: 0, end: at + 1 });
  }
  for (let next = state.end; next - at < MOST_TOKENS && take(state, tokens[next]);) {
    state.end = next + 1;
    next = afterJoint(tokens, state);
    if (state.room === -1) break;
  }
  return state.end > at ? { end: state.end, value: state.total + BigInt(state.group) } : undefined;
}

/** Whether a token can only be part of a number. */
export function isNumberWord(token: Token | undefined): boolean {
  return token !== undefined && (SMALL.has(token.text) || isScale(token));
}

/** An ordinal: "21st", "twenty-first", "hundredth". */
export function ordinal(tokens: Tokens, at: number): Match<bigint> | undefined {
  const first = tokens[at];
  if (first?.kind === "digits") {
    const suffix = tokens[at + 1];
    if (first.text.length > 15 || suffix === undefined || suffix.gap) return undefined;
    const value = BigInt(first.text);
    return suffix.text === suffixOf(value) || (suffix.text === "th" && value > 100n)
      ? { end: at + 2, value }
      : undefined;
  }
  for (let last = at; last - at < MOST_TOKENS; last++) {
    const token = tokens[last];
    const base = token === undefined ? undefined : ORDINALS.get(token.text);
    if (token !== undefined && base !== undefined)
      return ordinalWords(tokens.slice(at, last), { ...token, text: base }, at);
    if (token === undefined || !(isNumberWord(token) || ["-", "and", "a"].includes(token.text))) return undefined;
  }
  return undefined;
}

/** "st", "nd", "rd" or "th". */
export function suffixOf(value: bigint): string {
  const last = value % 10n;
  if ((value / 10n) % 10n === 1n) return "th";
  return last === 1n ? "st" : last === 2n ? "nd" : last === 3n ? "rd" : "th";
}

function ordinalWords(before: Tokens, last: Token, at: number): Match<bigint> | undefined {
  const bare = before.length === 0 && isScale(last);
  const words = bare ? [{ ...last, text: "a" }, last] : [...before, last];
  const found = cardinal(words, 0);
  return found?.end === words.length ? { end: at + before.length + 1, value: found.value } : undefined;
}

function isScale(token: Token | undefined): boolean {
  return token !== undefined && (token.text === "hundred" || SCALES.has(token.text));
}

// Takes one word into the number when it may stand there.
function take(state: State, token: Token | undefined): boolean {
  if (token === undefined) return false;
  const small = SMALL.get(token.text);
  if (small !== undefined) return takeSmall(state, small);
  if (token.text === "hundred") {
    if (state.group < 1 || state.group > 99 || state.hundred) return false;
    Object.assign(state, { group: state.group * 100, room: 100, hundred: true });
    return true;
  }
  const scale = SCALES.get(token.text);
  if (scale === undefined || state.group === 0 || scale >= state.limit) return false;
  state.total += BigInt(state.group) * scale;
  Object.assign(state, { group: 0, room: 1000, limit: scale, hundred: false });
  return true;
}

function takeSmall(state: State, small: number): boolean {
  if (small === 0) {
    if (state.group !== 0 || state.total !== 0n) return false;
    state.room = -1;
    return true;
  }
  if (small >= state.room) return false;
  state.group += small;
  state.room = small >= 20 ? 10 : 0;
  return true;
}

// Where the next word may stand: after a hyphen, or after "and" behind a hundred or a scale.
function afterJoint(tokens: Tokens, state: State): number {
  const { end } = state;
  if (stands(tokens, end, "-") && isNumberWord(tokens[end + 1])) return end + 1;
  const whole = state.room >= 100 && (state.hundred || state.total > 0n);
  if (whole && stands(tokens, end, "and") && SMALL.has(tokens[end + 1]?.text ?? "")) return end + 1;
  return end;
}
