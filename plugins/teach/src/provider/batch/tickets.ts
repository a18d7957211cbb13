// This file remembers which batch a question went out in; every step is written before or at once after it happens.
import { createHash, randomUUID } from "node:crypto";
import { canonicalJson, KolmError } from "@kolm/format";
import type { Memo } from "@kolm/store";
import { z } from "zod";
import type { Dialect } from "../ask/dialect.ts";
import { pack, parse, putFirst } from "../../spend/journal.ts";

const Intent = z.strictObject({
  /** The newest batch at the provider before this one. */
  since: z.string().nullable(),
  count: z.int().min(1),
  worst: z.strictObject({ input: z.int().min(0), output: z.int().min(0) }),
});
export type Intent = z.infer<typeof Intent>;
const Text = z.strictObject({ text: z.string() });

/**
 * Write-once facts in the memo. A ticket stands for one batch: its intent is written before it is sent, its members (from
 * question to ticket, generation 0 first) too, its id once the provider gave one, its end once all results are kept.
 */
export class Tickets {
  readonly #memo: Memo;
  readonly #place: string;

  /** place: whose ids these are. */
  constructor(memo: Memo, place: string) {
    this.#memo = memo;
    this.#place = place;
  }

  /** A ticket for these questions that no earlier one equals. KolmError TEACHER_BATCH when another run has them. */
  async begin(keys: readonly string[], intent: Intent): Promise<string> {
    const generations = await Promise.all(keys.map(async (key) => (await this.history(key)).length));
    const ticket = nameOf("ticket", canonicalJson(keys.map((key, at) => [key, generations[at] ?? 0])));
    await putFirst(this.#memo, nameOf("intent", ticket), pack(intent));
    const text = pack({ text: ticket });
    const members = keys.map((key, at) => putFirst(this.#memo, nameOf("member", key, generations[at] ?? 0), text));
    const isFirst = await putFirst(this.#memo, nameOf("sender", ticket), pack({ text: randomUUID() }));
    if (isFirst && (await Promise.all(members)).every(Boolean)) return ticket;
    throw new KolmError("TEACHER_BATCH", "another run is sending some of the same questions at this moment", {
      hint: "Wait until it has sent its batch, then run again: both will use its answers.",
    });
  }

  /** The ticket of a batch under way that a question went out in, if any. */
  async underWay(key: string): Promise<string | undefined> {
    const last = (await this.history(key)).at(-1);
    return last === undefined || (await this.isEnded(last)) ? undefined : last;
  }

  async intent(ticket: string): Promise<Intent | undefined> {
    const bytes = await this.#memo.get(nameOf("intent", ticket));
    return bytes === undefined ? undefined : Intent.parse(parse(bytes));
  }

  /** Tickets that a question had, oldest first. */
  async history(key: string): Promise<readonly string[]> {
    const tickets: string[] = [];
    for (;;) {
      const ticket = await this.#read(nameOf("member", key, tickets.length));
      if (ticket === undefined) return tickets;
      tickets.push(ticket);
    }
  }

  async setId(ticket: string, id: string): Promise<void> {
    await this.#write(nameOf("id", ticket), id);
    await this.#write(nameOf("owner", `${this.#place} ${id}`), ticket);
  }

  id(ticket: string): Promise<string | undefined> {
    return this.#read(nameOf("id", ticket));
  }

  /** The ticket a provider's batch belongs to, where that is known. */
  owner(id: string): Promise<string | undefined> {
    return this.#read(nameOf("owner", `${this.#place} ${id}`));
  }

  async end(ticket: string): Promise<void> {
    await this.#write(nameOf("end", ticket), "");
  }

  async isEnded(ticket: string): Promise<boolean> {
    return (await this.#read(nameOf("end", ticket))) !== undefined;
  }

  async #read(name: string): Promise<string | undefined> {
    const bytes = await this.#memo.get(name);
    return bytes === undefined ? undefined : Text.parse(parse(bytes)).text;
  }

  async #write(name: string, text: string): Promise<void> {
    await putFirst(this.#memo, name, pack({ text }));
  }
}

/** The name of a provider's address, for ids that only it gives. */
export const placeOf = ({ kind, address }: Dialect): string => `${kind} ${address ?? ""}`;

function nameOf(what: string, of: string, generation = 0): string {
  const named = canonicalJson({ kind: "kolm/teach/batch/1", what, of, generation });
  return createHash("sha256").update(named).digest("hex");
}
