// This file keeps spending below a cap: the worst case is reserved before a call and settled after it.
import { KolmError } from "@kolm/format";
import { formatUsd, type Pico } from "./money.ts";

/** Dollars and tokens, in and out. */
export type Amount = { readonly usd: Pico; readonly input: number; readonly output: number };
/** tokens caps input and output together. */
export type Cap = { readonly usd?: Pico; readonly tokens?: number; readonly input?: number; readonly output?: number };

/** Held for one call; exactly one settle must follow. */
export type Reservation = { readonly settle: (actual: Amount) => void };

export const NOTHING: Amount = { usd: 0n, input: 0, output: 0 };

/**
 * Invariant: spent + reserved never exceeds the cap, except by what was paid before this run (charge, adopt) and by what a
 * server bills beyond the worst case it was given.
 */
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

  /** Books what an earlier run paid for. */
  charge(amount: Amount): void {
    this.#spent = plus(this.#spent, amount);
  }

  /** True when the cap can hold this much more right now. */
  fits(worst: Amount): boolean {
    const { usd, input, output } = plus(plus(this.#spent, this.#reserved), worst);
    const cap = this.#cap;
    return (
      (cap.usd === undefined || usd <= cap.usd) &&
      (cap.tokens === undefined || input + output <= cap.tokens) &&
      (cap.input === undefined || input <= cap.input) &&
      (cap.output === undefined || output <= cap.output)
    );
  }

  /**
   * Sets aside the worst case of one call, waiting while open calls may still give some back.
   * KolmError TEACHER_BUDGET when the cap cannot hold it.
   */
  async reserve(worst: Amount): Promise<Reservation> {
    while (!this.fits(worst)) {
      if (this.#open === 0) throw this.#exhausted(worst);
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
    this.#open++;
    return this.#hold(worst, () => void this.#open--);
  }

  /** Sets aside what an earlier run has under way, whether or not the cap can hold it. */
  adopt(worst: Amount): Reservation {
    return this.#hold(worst, () => undefined);
  }

  #hold(worst: Amount, end: () => void): Reservation {
    this.#reserved = plus(this.#reserved, worst);
    let isOpen = true;
    return {
      settle: (actual) => {
        if (!isOpen) throw new Error("invariant broken: a reservation is settled once");
        isOpen = false;
        this.#reserved = minus(this.#reserved, worst);
        this.#spent = plus(this.#spent, actual);
        end();
        const waiting = this.#waiting;
        this.#waiting = [];
        for (const wake of waiting) wake();
      },
    };
  }

  #exhausted(next: Amount): KolmError {
    const { usd, tokens, input, output } = this.#cap;
    const cap = [
      usd === undefined ? [] : `${formatUsd(usd)} USD`,
      tokens === undefined ? [] : `${tokens} tokens`,
      input === undefined ? [] : `${input} input tokens`,
      output === undefined ? [] : `${output} output tokens`,
    ].flat();
    const used = plus(this.#spent, this.#reserved);
    return new KolmError(
      "TEACHER_BUDGET",
      `the teacher's budget of ${cap.join(" and ")} does not allow another call: ${words(used)} are spent or under way, ` +
        `the next call may take up to ${words(next)}`,
      { hint: "Raise teacher.budget, or lower teacher.maxTokens. Answers so far are kept." },
    );
  }
}

export function plus(a: Amount, b: Amount): Amount {
  return { usd: a.usd + b.usd, input: a.input + b.input, output: a.output + b.output };
}

function minus(a: Amount, b: Amount): Amount {
  return { usd: a.usd - b.usd, input: a.input - b.input, output: a.output - b.output };
}

function words({ usd, input, output }: Amount): string {
  return `${formatUsd(usd)} USD and ${input + output} tokens`;
}
