// This file keeps of the written inputs those that are new: not known, not nearly known, not held out.
import { type HeldOut, normalise } from "@kolm/stage";

/** Jaccard similarity of character 4-grams from which an input says nothing new. */
const NEAR = 0.8;
const GRAM = 4;

export type Refusal = "empty" | "tooLong" | "duplicate" | "near" | "leak";
/** Why an input is not kept, or undefined, whereupon it is known; mayBeNear: a slip of typing is near by intent. */
export type Sieve = (input: string, mayBeNear: boolean) => Refusal | undefined;

/** A sieve for inputs beside these, which must stay clear of what is held out. */
export function sieve(
  known: readonly string[],
  { isHeldOut, maxLength }: { isHeldOut: HeldOut; maxLength: number },
): Sieve {
  const keys = new Set<string>();
  const grams: ReadonlySet<string>[] = [];
  const holders = new Map<string, number[]>();
  const learn = (key: string): void => {
    keys.add(key);
    const own = gramsOf(key);
    for (const gram of own) {
      const list = holders.get(gram);
      if (list) list.push(grams.length);
      else holders.set(gram, [grams.length]);
    }
    grams.push(own);
  };
  for (const input of known) learn(normalise(input));
  const isNear = (key: string): boolean => {
    const own = gramsOf(key);
    const shared = new Map<number, number>();
    for (const gram of own)
      for (const index of holders.get(gram) ?? []) shared.set(index, (shared.get(index) ?? 0) + 1);
    return [...shared].some(([index, both]) => both / (own.size + (grams[index]?.size ?? 0) - both) >= NEAR);
  };
  return (input, mayBeNear) => {
    if (input.trim() === "") return "empty";
    if (input.length > maxLength) return "tooLong";
    const key = normalise(input);
    if (keys.has(key)) return "duplicate";
    if (isHeldOut(input)) return "leak";
    if (!mayBeNear && isNear(key)) return "near";
    learn(key);
    return undefined;
  };
}

function gramsOf(key: string): ReadonlySet<string> {
  const padded = ` ${key} `;
  const grams = new Set<string>();
  for (let at = 0; at === 0 || at + GRAM <= padded.length; at++) grams.add(padded.slice(at, at + GRAM));
  return grams;
}
