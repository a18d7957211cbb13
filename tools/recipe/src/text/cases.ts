// This file changes the case of words (SPEC.md §3.1).

export type Case = "lower" | "upper" | "title" | "sentence";

/** "title" begins every word with a capital, "sentence" only the first letter of the text; all others become lower case. */
export function toCase(text: string, to: Case): string {
  if (to === "upper") return text.toUpperCase();
  const lower = text.toLowerCase();
  if (to === "lower") return lower;
  let result = "";
  let inside = false;
  for (const char of lower) {
    const letter = char.toUpperCase() !== char;
    result += letter && !inside ? char.toUpperCase() : char;
    inside = to === "sentence" ? inside || letter : letter || char === "'" || char === "\u2019" || isDigit(char);
  }
  return result;
}

function isDigit(char: string): boolean {
  return char >= "0" && char <= "9";
}
