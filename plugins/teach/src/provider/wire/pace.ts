// This file holds calls back before a server has to refuse them, by the limits its answers state.
import { type Limit, type LimitKind, limitsIn } from "./headers.ts";
import type { Pause } from "./patience.ts";

/** Units one call takes of each limit; tokens are an estimate. */
export type Cost = { readonly input: number; readonly output: number };
type Known = Limit & { readonly at: number };

const LONGEST_NAP_MS = 1000;
const SHORTEST_NAP_MS = 5;

/** Invariant: what is under way never takes more of a limit than its last statement leaves. */
export class Pace {
  readonly #now: () => number;
  readonly #pause: Pause;
  readonly #known = new Map<LimitKind, Known>();
  readonly #flying = new Set<Cost>();
  #heldUntil = 0;

  /** now: milliseconds of a clock that never goes back. */
  constructor({ now, pause }: { readonly now: () => number; readonly pause: Pause }) {
    this.#now = now;
    this.#pause = pause;
  }

  /** Waits for the call's turn; leave() must follow. */
  async enter(cost: Cost): Promise<{ readonly leave: () => void }> {
    for (let wait = this.#waitMs(cost); wait > 0; wait = this.#waitMs(cost))
      await this.#pause(Math.min(LONGEST_NAP_MS, Math.max(SHORTEST_NAP_MS, wait)));
    const flying = { ...cost };
    this.#flying.add(flying);
    return { leave: () => void this.#flying.delete(flying) };
  }

  learn(headers: Headers): void {
    const at = this.#now();
    for (const [kind, limit] of limitsIn(headers)) this.#known.set(kind, { ...limit, at });
  }

  /** After a refusal nobody asks until the server's wish is over. */
  hold(milliseconds: number): void {
    this.#heldUntil = Math.max(this.#heldUntil, this.#now() + milliseconds);
  }

  #waitMs(cost: Cost): number {
    const now = this.#now();
    const waits = [...this.#known].map(([kind, known]) => this.#limitWaitMs(kind, known, { cost, now }));
    return Math.max(this.#heldUntil - now, ...waits, 0);
  }

  // Both providers refill their buckets evenly, and name the time at which they are full again.
  #limitWaitMs(
    kind: LimitKind,
    { limit, remaining, resetMs, at }: Known,
    { cost, now }: { cost: Cost; now: number },
  ): number {
    const perMs = resetMs > 0 ? (limit - remaining) / resetMs : Number.POSITIVE_INFINITY;
    const refilled = resetMs > 0 ? Math.min(limit, remaining + perMs * (now - at)) : limit;
    let flying = 0;
    for (const other of this.#flying) flying += unitsOf(kind, other);
    const lacking = Math.min(unitsOf(kind, cost), limit) - (refilled - flying);
    if (lacking <= 0) return 0;
    return perMs > 0 && Number.isFinite(perMs) ? lacking / perMs : SHORTEST_NAP_MS;
  }
}

function unitsOf(kind: LimitKind, { input, output }: Cost): number {
  switch (kind) {
    case "requests":
      return 1;
    case "input-tokens":
      return input;
    case "output-tokens":
      return output;
    case "tokens":
      return input + output;
  }
}
