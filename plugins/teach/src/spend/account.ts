// This file is where all spending of a teacher passes: reserved, written down, then booked as what it was.
import type { Amount, Budget, Reservation } from "./budget.ts";
import { NOTHING, plus } from "./budget.ts";
import type { Journal } from "./journal.ts";
import { costOf, type Mode, type Price } from "./ledger.ts";

type Tokens = { readonly input: number; readonly output: number };
/** What one call or batch holds; exactly one of the three must follow. */
export type Hold = {
  readonly paid: (tokens: Tokens) => Promise<void>;
  /** It was refused: nothing is owed. */
  readonly free: () => Promise<void>;
  /** It may have been billed although no answer came: the worst case counts, in later runs too. */
  readonly doubt: () => void;
};
type Books = {
  readonly budget: Budget;
  readonly journal: Journal | undefined;
  readonly price: Price;
  /** answers: what answers cost, whichever run paid; runs: all that any run of the task paid. */
  readonly counts: "answers" | "runs";
  /** Tokens of a remembered reply. */
  readonly answered: (key: string) => Promise<Tokens | undefined>;
};

export class Account {
  readonly #books: Books;
  /** The first 52 bits of the digests, since runs may be long: two of a million are the same with a chance of 1 in 9,000. */
  readonly #booked = new Set<number>();
  /** Batches that an earlier run left under way, by ticket. */
  readonly #pending = new Map<string, { readonly at: number; readonly held: Reservation }>();
  #opened: Promise<void> | undefined;

  constructor(books: Books) {
    this.#books = books;
  }

  /** Dollars spent so far, by this account's rules, as units of 1e-12. */
  get spent(): Amount {
    return this.#books.budget.spent;
  }

  /** Tickets of batches that the journal knows no end of. */
  async pending(): Promise<readonly string[]> {
    await this.open();
    return [...this.#pending.keys()];
  }

  /** Books the cost of a remembered answer, once. */
  book(key: string, tokens: Tokens, mode: Mode): void {
    if (this.#books.counts === "runs" || this.#booked.has(bitsOf(key))) return;
    this.#booked.add(bitsOf(key));
    this.#books.budget.charge(this.amount(tokens, mode));
  }

  /** Marks an answer whose cost this run paid already, so that book() leaves it. */
  settled(key: string): void {
    this.#booked.add(bitsOf(key));
  }

  /** Reserves a call and writes it down; KolmError TEACHER_BUDGET when the cap cannot hold it. */
  async hold(key: string, worst: Tokens, mode: Mode): Promise<Hold> {
    await this.open();
    const held = await this.#books.budget.reserve(this.amount(worst, mode));
    try {
      return this.#held(held, { worst, mode, at: await this.#books.journal?.begin({ key, worst, mode }) });
    } catch (error) {
      held.settle(NOTHING);
      throw error;
    }
  }

  /** Takes over a batch that an earlier run began. */
  async adopt(ticket: string, worst: Tokens): Promise<Hold> {
    await this.open();
    const pending = this.#pending.get(ticket);
    this.#pending.delete(ticket);
    const held = pending?.held ?? this.#books.budget.adopt(this.amount(worst, "batch"));
    return this.#held(held, { worst, mode: "batch", at: pending?.at });
  }

  /** True when the cap can hold this much more right now. */
  async fits(worst: Tokens, mode: Mode): Promise<boolean> {
    await this.open();
    return this.#books.budget.fits(this.amount(worst, mode));
  }

  amount(tokens: Tokens, mode: Mode): Amount {
    return { usd: costOf({ tokens, mode }, this.#books.price), input: tokens.input, output: tokens.output };
  }

  #held(held: Reservation, { worst, mode, at }: { worst: Tokens; mode: Mode; at: number | undefined }): Hold {
    const end = async (tokens: Tokens): Promise<void> => {
      if (at !== undefined) await this.#books.journal?.end(at, tokens);
    };
    return {
      paid: async (tokens) => {
        held.settle(this.amount(tokens, mode));
        // A live call's answer in the memo says the same; a batch has many.
        if (mode === "batch") await end(tokens);
      },
      free: async () => {
        held.settle(NOTHING);
        await end({ input: 0, output: 0 });
      },
      doubt: () => held.settle(this.amount(worst, mode)),
    };
  }

  /** Reads the journal, once. */
  open(): Promise<void> {
    return (this.#opened ??= this.#read());
  }

  // An unended live entry is an answer if its reply is remembered, and the last of its key; any other may have been billed.
  async #read(): Promise<void> {
    const { budget, journal, counts, answered } = this.#books;
    if (journal === undefined) return;
    const unended = new Map<string, Amount>();
    let paid = NOTHING;
    for await (const { at, entry, end } of journal.read()) {
      const { key, worst, mode } = entry;
      if (end !== undefined) paid = plus(paid, this.amount(end, mode));
      else if (mode === "batch") this.#pending.set(key, { at, held: budget.adopt(this.amount(worst, mode)) });
      else {
        const earlier = unended.get(key);
        if (earlier !== undefined) budget.charge(earlier);
        unended.set(key, this.amount(worst, mode));
      }
    }
    for (const [key, worst] of unended) {
      const tokens = await answered(key);
      if (tokens === undefined) budget.charge(worst);
      else paid = plus(paid, this.amount(tokens, "live"));
    }
    if (counts === "runs") budget.charge(paid);
  }
}

const bitsOf = (key: string): number => Number.parseInt(key.slice(0, 13), 16);
