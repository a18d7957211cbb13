// This file cuts a stream of text into lines of bounded length, counting them.
import { tooLarge } from "../read/failure.ts";

export type Line = { readonly text: string; readonly number: number };

/** UTF-16 units of a line or a row of a table. */
export const LARGEST_ROW = 4 << 20;

/** Lines in arrays, one array a piece of the stream; without their line ends. */
export async function* linesOf(path: string, texts: AsyncIterable<string>): AsyncGenerator<Line[]> {
  let rest = "";
  let number = 0;
  for await (const text of texts) {
    const parts = text.split("\n");
    parts[0] = rest + (parts[0] ?? "");
    rest = parts.pop() ?? "";
    if (rest.length > LARGEST_ROW) {
      const hint = "One row stands on one line: check that the line ends are there.";
      throw tooLarge({ file: path, line: number + 1 + parts.length }, longRow(number + 1 + parts.length), hint);
    }
    yield parts.map((line) => ({ text: line.replace(/\r$/, ""), number: ++number }));
  }
  if (rest !== "") yield [{ text: rest.replace(/\r$/, ""), number: ++number }];
}

export function longRow(line: number): string {
  return `has a row from line ${line} on that is longer than ${LARGEST_ROW} characters`;
}
