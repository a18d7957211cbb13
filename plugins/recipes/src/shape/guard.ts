// This file puts guards around a pattern, so that it never matches a part of a longer word, number or address.
import type { Span } from "@kolm/format";

/** Characters that join what stands beside them into one thing: 1,000 · 12/04 · a-b · a@b · £5 · 5%. */
const JOINERS = ["-", ".", ",", "/", "\\\\", "_", "@", "+", "#", "&", "'", "=", "%", "\u00A3", "$", "\u20AC"];
/** Marks that end a clause: they join only when a letter or digit follows. */
const CLOSERS = [".", ",", "-", "/", "'", "&", "@", "=", "+", "_", "#"];
const ALNUM = "0-9A-Za-z\u00C0-\u024F";

/** Builds the guarded pattern of a core; its group 1 is the core. */
export type Guard = (core: string) => string;

/** Guards learnt from where true spans stand: a joiner seen before one of them is allowed there. */
export function learnGuard(examples: readonly { readonly input: string; readonly span: Span }[]): Guard {
  const before = new Set(examples.map(({ input, span }) => input.charAt(span.start - 1)));
  const left = JOINERS.filter((joiner) => !before.has(unescaped(joiner)));
  const right = JOINERS.filter((joiner) => !CLOSERS.includes(joiner));
  const notLeft = `[^${ALNUM}${classOf(left)}]`;
  const notRight = `[^${ALNUM}${classOf(JOINERS)}]`;
  const closers = `[${classOf(CLOSERS.filter((closer) => !right.includes(closer)))}]`;
  return (core) => `(?:^|${notLeft})(${core})(?:$|${notRight}|${closers}+(?:$|[^${ALNUM}]))`;
}

function classOf(chars: readonly string[]): string {
  return chars.map((char) => (char === "-" ? "\\-" : char)).join("");
}

function unescaped(joiner: string): string {
  return joiner.charAt(joiner.length - 1);
}
