// This file chooses the teacher that the options name.
import type { Contract } from "@kolm/format";
import type { Context } from "@kolm/stage";
import { type Amount, NOTHING } from "../spend/budget.ts";
import type { Price } from "../spend/ledger.ts";
import type { TeacherOptions } from "../options.ts";
import type { Teacher } from "../teacher.ts";
import { priceOf } from "./openai/price.ts";
import { openaiTeacher } from "./openai/teacher.ts";
import { recordedTeacher } from "./recorded.ts";

/** A teacher, how many samples of it each example takes, and its price where it has one. */
export type Chosen = { readonly teacher: Teacher; readonly samples: number; readonly price?: Price };

/** The teacher behind every provider but labels, which needs none; `before` is what earlier stages spent. */
export async function createTeacher(
  context: Context<TeacherOptions>,
  contract: Contract,
  before: Amount = NOTHING,
): Promise<Chosen> {
  const { options, inputs } = context;
  switch (options.provider) {
    case "recorded": {
      const columns = [options.column].flat();
      return { teacher: await recordedTeacher(options, { inputs, contract }), samples: columns.length };
    }
    case "openai": {
      const { text } = await inputs.json<{ readonly text: string }>("spec/description.json");
      const price = priceOf(options);
      const { store, signal, secret } = context;
      const ports = { memo: store.memo, signal, secret };
      const teacher = openaiTeacher(options, { contract, description: text, price, before, ports });
      return { teacher, samples: options.k, price };
    }
    case "labels":
      throw new Error("invariant broken: labels has no teacher");
  }
}
