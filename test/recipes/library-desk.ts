// This file makes the answers of an invented library desk, for tests of the recipes stage.
import type { FieldValue } from "@kolm/format";
import { createRng } from "@kolm/stage";

export type DeskRow = {
  readonly id: string;
  readonly input: string;
  readonly output: { readonly [field: string]: FieldValue } | null;
};

const BEFORE = [
  "my loan",
  "the loan",
  "for loan",
  "about",
  "loan number",
  "regarding loan",
  "extend",
  "I lost the slip of",
];
const AFTER = [
  "is overdue",
  "please",
  "was returned",
  "until Monday",
  "",
  "and the card",
  "has a torn cover",
  "can wait",
];
const OPENING = ["Hello,", "", "Good day.", "Quick question:", "Hi there,", "Sorry to bother you,", "Once more:"];
const TOPIC = [
  "the reading room",
  "the garden fete",
  "a new card",
  "the opening hours",
  "the children's corner",
  "your printers",
  "large print books",
];
const DECOY = [
  "it cost 12.50 to park",
  "call me on 0161 4960 123",
  "I live at 27 Mill Road",
  "parcel 99812345678901",
  "since 1998",
];

/** `count` rows with a span field "loan" (four digits, sometimes with "LN-") and an enum field "wish". */
export function deskRows(count: number): readonly DeskRow[] {
  const rng = createRng("library desk");
  const pick = (list: readonly string[]): string => list[rng.integer(list.length)] ?? "";
  return Array.from({ length: count }, (_, index) => {
    const number = `${1 + rng.integer(9)}${String(rng.integer(1000)).padStart(3, "0")}`;
    const loan = rng.uniform() < 0.4 ? `LN-${number}` : number;
    const wish = rng.uniform() < 0.5 ? "renew" : "ask";
    const verb =
      wish === "renew"
        ? pick(["please renew", "kindly renew", "could you renew"])
        : pick(["tell me about", "what of", "I wonder about"]);
    const tail = rng.uniform() < 0.3 ? `, ${pick(DECOY)}` : "";
    const named = rng.uniform() < 0.6;
    const body = named ? `${pick(BEFORE)} ${loan} ${pick(AFTER)}` : pick(TOPIC);
    const input = `${pick(OPENING)} ${verb} ${body}${tail} (${index % 7} of us)`.trim();
    const start = input.indexOf(loan);
    return {
      id: `desk-${String(index).padStart(4, "0")}`,
      input,
      output: { wish, loan: named ? { start, end: start + loan.length, text: loan } : null },
    };
  });
}
