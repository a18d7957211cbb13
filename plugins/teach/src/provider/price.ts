// This file reads the price the task states; there is no built-in list, since it would be wrong sooner or later.
import { KolmError } from "@kolm/format";
import type { Price } from "../spend/ledger.ts";
import { perToken } from "../spend/money.ts";
import type { ModelOptions } from "./options.ts";

/** The stated price of a token; KolmError TEACHER_PRICE when none is stated. */
export function priceOf({ model, price, mode }: Pick<ModelOptions, "model" | "price" | "mode">): Price {
  if (price === undefined) {
    throw new KolmError("TEACHER_PRICE", `the price of ${model} is unknown, so its cost cannot be counted or capped`, {
      hint: "Add price: {input: 0.40, output: 1.60} to teacher:, in US dollars per million tokens; 0 for a model you host.",
    });
  }
  if (mode === "batch" && price.batch === undefined) {
    throw new KolmError("TEACHER_PRICE", `the price of ${model} in batches is unknown`, {
      hint: "Add batch: {input: …, output: …} to teacher.price; most providers ask half of the live price.",
    });
  }
  const rates = ({ input, output }: { input: number | string; output: number | string }) => ({
    input: perToken(input),
    output: perToken(output),
  });
  return { ...rates(price), ...(price.batch === undefined ? {} : { batch: rates(price.batch) }) };
}
