// This file sends what a build wrote to the shared cache behind its back: a few at a time, entries after the blobs they name.

type Job = () => Promise<unknown>;
const AT_ONCE = 4;

/** A queue of uploads; none of them may throw. */
export class Uploads {
  readonly #waiting: Job[] = [];
  readonly #blobs = new Set<Promise<unknown>>();
  readonly #all = new Set<Promise<unknown>>();
  #running = 0;

  blob(job: Job): void {
    this.#track(this.#blobs, this.#queued(job));
  }

  /** Sent once every blob that was given before is through. */
  entry(job: Job): void {
    const blobs = [...this.#blobs];
    this.#track(
      this.#all,
      Promise.all(blobs).then(() => this.#queued(job)),
    );
  }

  /** Waits for all of them, but no longer than `ms`; how many were left behind. */
  async flush(ms: number): Promise<number> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, ms)));
    await Promise.race([this.#drained(), late]);
    clearTimeout(timer);
    this.#waiting.length = 0;
    return this.#all.size;
  }

  async #drained(): Promise<void> {
    while (this.#all.size > 0) await Promise.all(this.#all);
  }

  #track(set: Set<Promise<unknown>>, promise: Promise<unknown>): void {
    for (const each of new Set([set, this.#all])) {
      each.add(promise);
      void promise.finally(() => each.delete(promise));
    }
  }

  #queued(job: Job): Promise<unknown> {
    return new Promise((resolve) => {
      this.#waiting.push(() => job().then(resolve, resolve));
      this.#next();
    });
  }

  #next(): void {
    if (this.#running >= AT_ONCE) return;
    const job = this.#waiting.shift();
    if (job === undefined) return;
    this.#running++;
    void job().finally(() => {
      this.#running--;
      this.#next();
    });
  }
}
