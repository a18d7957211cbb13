// This file reads the price the task states; there is no built-in list, since it would be wrong sooner or later.
import { KolmError } from "@kolm/format";
import type { Price } from "../../spend/ledger.ts";
import { perToken } from "../../spend/money.ts";
import type { OpenAIOptions } from "../../options.ts";

/** The stated price of a token; KolmError TEACHER_PRICE when none is stated. */
export function priceOf({ model, price }: OpenAIOptions): Price {
  if (price !== undefined) return { input: perToken(price.input), output: perToken(price.output) };
  throw new KolmError("TEACHER_PRICE", `the price of ${model} is unknown, so its cost cannot be counted or capped`, {
    hint: "Add price: {input: 0.40, output: 1.60} to teacher:, in US dollars per million tokens; 0 for a model you host.",
  });
}
