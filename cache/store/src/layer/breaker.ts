// This file keeps a broken server from costing a build time: after some failures in a row it is left alone for a while.

export type BreakerOptions = {
  /** Failures in a row before the server is left alone. */
  readonly failures: number;
  /** How long it is left alone; milliseconds. */
  readonly restMs: number;
  /** Milliseconds on a clock that never goes back. */
  readonly now: () => number;
  /** Told once per rest, with the failure that began it. */
  readonly onOpen: (cause: unknown) => void;
};

/** Gives `otherwise` in place of whatever fails, and at once while the server rests; then one call tries whether it is back. */
export class Breaker {
  readonly #options: BreakerOptions;
  #failed = 0;
  #restsUntil = -Infinity;
  #isTrying = false;

  constructor(options: BreakerOptions) {
    this.#options = options;
  }

  get isOpen(): boolean {
    return this.#options.now() < this.#restsUntil || this.#isTrying;
  }

  async guard<T>(call: () => Promise<T>, otherwise: T): Promise<T> {
    if (this.isOpen) return otherwise;
    const isTrial = this.#failed >= this.#options.failures;
    this.#isTrying = isTrial;
    try {
      const value = await call();
      this.#failed = 0;
      return value;
    } catch (error) {
      this.#fail(error);
      return otherwise;
    } finally {
      if (isTrial) this.#isTrying = false;
    }
  }

  #fail(error: unknown): void {
    this.#failed++;
    if (this.#failed < this.#options.failures || this.#options.now() < this.#restsUntil) return;
    this.#restsUntil = this.#options.now() + this.#options.restMs;
    this.#options.onOpen(error);
  }
}
