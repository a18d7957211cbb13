// This file cuts a program's output into lines, bounded in length and without the values of secrets.

export type Log = {
  /** Takes the next piece of one stream. */
  readonly add: (piece: string) => void;
  /** Takes what stands behind the last line break. */
  readonly end: () => void;
};

/** Characters of a line that are kept. */
const LONGEST_LINE = 2_000;
/** Shorter values would blank out ordinary words. */
const SHORTEST_SECRET = 6;
const HIDDEN = "***";

/** Calls back with each line, blank ones left out. */
export function createLog(secrets: readonly string[], onLine: (line: string) => void): Log {
  const hidden = secrets.filter((secret) => secret.length >= SHORTEST_SECRET);
  let pending = "";
  const say = (line: string): void => {
    const clean = hidden.reduce((text, secret) => text.replaceAll(secret, HIDDEN), line.trimEnd());
    if (clean !== "") onLine(clean.length <= LONGEST_LINE ? clean : `${clean.slice(0, LONGEST_LINE)}…`);
  };
  return {
    add: (piece) => {
      // A bare carriage return is how progress bars draw over themselves.
      const [last = "", ...lines] = (pending + piece).split(/\r\n|\n|\r/).reverse();
      for (const line of lines.reverse()) say(line);
      // Kept a little beyond the cut, so that a secret across it is seen whole.
      pending = last.slice(0, 2 * LONGEST_LINE);
    },
    end: () => {
      say(pending);
      pending = "";
    },
  };
}
