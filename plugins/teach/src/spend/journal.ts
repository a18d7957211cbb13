// This file is a task's journal of what it began to pay for: written before a call, so that no kill can lose it.
import { createHash, randomUUID } from "node:crypto";
import { canonicalJson, KolmError } from "@kolm/format";
import type { Memo } from "@kolm/store";
import { z } from "zod";

const Tokens = z.strictObject({ input: z.int().min(0), output: z.int().min(0) });
const Entry = z.strictObject({
  /** Request digest, or the ticket of a batch. */
  key: z.string(),
  worst: Tokens,
  mode: z.enum(["live", "batch"]),
  /** Tells apart two processes that write the same. */
  writer: z.string(),
});
const End = z.strictObject({ tokens: Tokens });

type Tokens = z.infer<typeof Tokens>;
/** end: what it took in the end, where that was written: nothing for a call that was refused, the sum for a batch. */
export type Begun = { readonly at: number; readonly entry: z.infer<typeof Entry>; readonly end: Tokens | undefined };

/** Entries 0, 1, 2, … of one task in the memo, which only ever grows. */
export class Journal {
  readonly #memo: Memo;
  readonly #task: string;
  readonly #writer = randomUUID();
  #next = 0;

  constructor(memo: Memo, task: string) {
    this.#memo = memo;
    this.#task = task;
  }

  /** All entries, oldest first; must be read before the first begin(). */
  async *read(): AsyncGenerator<Begun> {
    for (let at = 0; ; at++) {
      const bytes = await this.#memo.get(this.#name(at, "begin"));
      this.#next = Math.max(this.#next, at);
      if (bytes === undefined) return;
      const end = await this.#memo.get(this.#name(at, "end"));
      yield { at, entry: Entry.parse(parse(bytes)), end: end === undefined ? end : End.parse(parse(end)).tokens };
    }
  }

  /** Writes that something is about to be paid for; gives the entry's number. */
  async begin(entry: { key: string; worst: Tokens; mode: "live" | "batch" }): Promise<number> {
    const bytes = pack({ ...entry, writer: this.#writer });
    for (;;) {
      const at = this.#next++;
      if (await putFirst(this.#memo, this.#name(at, "begin"), bytes)) return at;
    }
  }

  /** Writes what an entry took in the end. */
  async end(at: number, tokens: Tokens): Promise<void> {
    await putFirst(this.#memo, this.#name(at, "end"), pack({ tokens }));
  }

  #name(at: number, what: "begin" | "end"): string {
    const named = canonicalJson({ kind: "kolm/teach/spend/1", task: this.#task, at, what });
    return createHash("sha256").update(named).digest("hex");
  }
}

/** False when another process was first with other bytes. */
export async function putFirst(memo: Memo, name: string, bytes: Uint8Array): Promise<boolean> {
  try {
    await memo.put(name, bytes);
    return true;
  } catch (error) {
    if (error instanceof KolmError && error.code === "MEMO_CONFLICT") return false;
    throw error;
  }
}

export const pack = (value: unknown): Uint8Array => new TextEncoder().encode(canonicalJson(value));
export const parse = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));
