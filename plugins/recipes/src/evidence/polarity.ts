// This file finds inputs that negate something: a recipe may not be wrong on them.
import { wordsOf } from "@kolm/recipe";

/** Words that turn what follows around; English, like the polarity check itself. */
export const NEGATIONS: readonly string[] = (
  "not no never none nothing nor neither without cannot can't couldn't don't doesn't didn't isn't ain't wasn't aren't weren't " +
  "won't wouldn't shouldn't hasn't haven't hadn't mustn't needn't cant couldnt dont doesnt didnt isnt aint wasnt arent werent " +
  "wont wouldnt shouldnt hasnt havent hadnt"
).split(" ");
const NEGATING = new Set(NEGATIONS);
/** Words between a negation and what it turns around. */
const REACH = 4;

/** Whether a negation stands within four words before, or inside, any of the triggers (phrases in word form, spans' words). */
export function isNegated(input: string, triggers: readonly string[]): boolean {
  const { list } = wordsOf(input);
  const negated = list.flatMap((word, at) => (NEGATING.has(word) ? [at] : []));
  if (negated.length === 0) return false;
  return triggers.some((trigger) => {
    const words = wordsOf(trigger).list;
    return occurrences(list, words).some((at) =>
      negated.some((place) => place >= at - REACH && place < at + words.length),
    );
  });
}

function occurrences(list: readonly string[], words: readonly string[]): readonly number[] {
  if (words.length === 0) return [];
  return list.flatMap((_, at) => (words.every((word, offset) => list[at + offset] === word) ? [at] : []));
}
