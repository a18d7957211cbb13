// This file reads a stream front to back in stretches of any length, holding one of its pieces at a time.

type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** What of a WHATWG ReadableStream is used; not every browser lets one be iterated. */
export type ReadableBytes = {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
    cancel(reason?: unknown): Promise<void>;
  };
};

/** Bytes that arrive: a stream of the web, of Node, or any iterable of pieces. */
export type Arriving = Pieces | ReadableBytes;

/** A stream with a place in it. */
export class Feed {
  /** Bytes taken so far. */
  position = 0;
  readonly #pieces: AsyncIterator<Uint8Array> | Iterator<Uint8Array>;
  #piece: Uint8Array = new Uint8Array();
  #ended = false;

  constructor(arriving: Arriving) {
    this.#pieces = iteratorOf("getReader" in arriving ? piecesOf(arriving) : arriving);
  }

  /** The next bytes, fewer than asked for only where the stream ends. */
  async take(length: number): Promise<Uint8Array> {
    const taken = new Uint8Array(length);
    let at = 0;
    while (at < length && (await this.#more())) {
      const part = this.#piece.subarray(0, length - at);
      taken.set(part, at);
      this.#piece = this.#piece.subarray(part.length);
      at += part.length;
    }
    this.position += at;
    return taken.subarray(0, at);
  }

  /** Whether more was asked for than there was. */
  get ended(): boolean {
    return this.#ended && this.#piece.length === 0;
  }

  /** Lets go of a stream nobody will read on. */
  async close(): Promise<void> {
    if (!this.#ended) await this.#pieces.return?.();
  }

  async #more(): Promise<boolean> {
    while (this.#piece.length === 0 && !this.#ended) {
      const next = await this.#pieces.next();
      if (next.done) this.#ended = true;
      else this.#piece = next.value;
    }
    return this.#piece.length > 0;
  }
}

function iteratorOf(pieces: Pieces): AsyncIterator<Uint8Array> | Iterator<Uint8Array> {
  return Symbol.asyncIterator in pieces ? pieces[Symbol.asyncIterator]() : pieces[Symbol.iterator]();
}

async function* piecesOf(stream: ReadableBytes): AsyncGenerator<Uint8Array> {
  const reader = stream.getReader();
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read())
      if (next.value !== undefined) yield next.value;
  } finally {
    await reader.cancel();
  }
}
