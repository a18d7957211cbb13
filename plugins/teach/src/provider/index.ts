// This file chooses the teacher that the options name.
import type { Contract } from "@kolm/format";
import type { Context } from "@kolm/stage";
import { type Amount, NOTHING } from "../spend/budget.ts";
import type { Price } from "../spend/ledger.ts";
import type { TeacherOptions } from "../options.ts";
import type { Teacher } from "../teacher.ts";
import { messagesDialect } from "./anthropic/messages.ts";
import { modelTeacher, type Provider } from "./model.ts";
import { chatDialect } from "./openai/chat.ts";
import { responsesDialect } from "./openai/responses.ts";
import type { ModelOptions } from "./options.ts";
import { priceOf } from "./price.ts";
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
    case "openai":
    case "anthropic": {
      const { text } = await inputs.json<{ readonly text: string }>("spec/description.json");
      const price = priceOf(options);
      const task = { contract, description: text, price, before, ports: context };
      return { teacher: modelTeacher(options, providerOf(options), task), samples: options.k, price };
    }
    case "labels":
      throw new Error("invariant broken: labels has no teacher");
  }
}

// The SDKs are loaded when something must be sent: a run that finds every answer in the memo needs neither.
function providerOf(options: ModelOptions): Provider {
  if (options.provider === "anthropic") {
    const connect: Provider["connect"] = async (ports) =>
      (await import("./anthropic/line.ts")).anthropicLine(options, ports);
    return { dialect: messagesDialect(options), connect };
  }
  const connect: Provider["connect"] = async (ports) => (await import("./openai/line.ts")).openaiLine(options, ports);
  return { dialect: options.api === "chat" ? chatDialect(options) : responsesDialect(options), connect };
}
