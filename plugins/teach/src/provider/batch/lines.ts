// This file reads JSON values off a stream of lines.

/** One value a line; a last line that is cut off is a SyntaxError, as is a line that is no JSON. */
export async function* readLines(stream: ReadableStream<Uint8Array>): AsyncGenerator<unknown> {
  const decoder = new TextDecoder();
  let rest = "";
  // Node's web streams can be iterated; lib.dom's type does not say so.
  for await (const part of stream as unknown as AsyncIterable<Uint8Array>) {
    rest += decoder.decode(part, { stream: true });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) if (line.trim() !== "") yield JSON.parse(line) as unknown;
  }
  rest += decoder.decode();
  if (rest.trim() !== "") yield JSON.parse(rest) as unknown;
}
