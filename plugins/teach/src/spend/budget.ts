// This file keeps spending below a cap: the worst case is reserved before a call and settled after it.
import { KolmError } from "@kolm/format";
import { formatUsd, type Pico } from "./money.ts";

export type Amount = { readonly usd: Pico; readonly tokens: number };
export type Cap = { readonly usd?: Pico; readonly tokens?: number };

/** Held for one call; exactly one settle must follow. */
export type Reservation = {
  /** An attempt that may have been billed although no answer came; it counts as the worst case. */
  readonly doubt: () => void;
  readonly settle: (actual: Amount) => void;
};

export const NOTHING: Amount = { usd: 0n, tokens: 0 };

/** Invariant: spent + reserved never exceeds the cap, except through charge(), which books what was paid before. */
export class Budget {
  readonly #cap: Cap;
  #spent: Amount = NOTHING;
  #reserved: Amount = NOTHING;
  #open = 0;
  #waiting: (() => void)[] = [];

  constructor(cap: Cap) {
    this.#cap = cap;
  }

  get spent(): Amount {
    return this.#spent;
  }

  /** Books an answer that an earlier run paid for. */
  charge(amount: Amount): void {
    this.#spent = plus(this.#spent, amount);
  }

  /**
   * Sets aside `attempts` times the worst case of one call, waiting while open calls may still give some back.
   * KolmError TEACHER_BUDGET when the cap cannot hold it.
   */
  async reserve(worst: Amount, attempts: number): Promise<Reservation> {
    const held = times(worst, attempts);
    while (!this.#fits(held)) {
      if (this.#open === 0) throw this.#exhausted(held);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#reserved = plus(this.#reserved, held);
    this.#open++;
    let doubts = 0;
    return {
      doubt: () => void doubts++,
      settle: (actual) => {
        this.#reserved = plus(this.#reserved, times(held, -1));
        this.#spent = plus(this.#spent, plus(actual, times(worst, doubts)));
        this.#open--;
        const waiting = this.#waiting;
        this.#waiting = [];
        for (const wake of waiting) wake();
      },
    };
  }

  #fits(held: Amount): boolean {
    const after = plus(plus(this.#spent, this.#reserved), held);
    const { usd, tokens } = this.#cap;
    return (usd === undefined || after.usd <= usd) && (tokens === undefined || after.tokens <= tokens);
  }

  #exhausted(held: Amount): KolmError {
    const { usd, tokens } = this.#cap;
    const cap = [
      usd === undefined ? [] : `${formatUsd(usd)} USD`,
      tokens === undefined ? [] : `${tokens} tokens`,
    ].flat();
    const spent = `${formatUsd(this.#spent.usd)} USD and ${this.#spent.tokens} tokens are spent`;
    const next = `the next call may take up to ${formatUsd(held.usd)} USD and ${held.tokens} tokens`;
    return new KolmError(
      "TEACHER_BUDGET",
      `the teacher's budget of ${cap.join(" and ")} does not allow another call: ${spent}, ${next}`,
      {
        hint: "Raise teacher.budget, or lower teacher.maxTokens or maxRetries. Answers so far are kept.",
      },
    );
  }
}

function plus(a: Amount, b: Amount): Amount {
  return { usd: a.usd + b.usd, tokens: a.tokens + b.tokens };
}

function times(amount: Amount, factor: number): Amount {
  return { usd: amount.usd * BigInt(factor), tokens: amount.tokens * factor };
}
