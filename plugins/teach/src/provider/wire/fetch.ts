// This file is the fetch under both SDKs: their timeout covers the whole body too, and a download may not stall.

const DOWNLOAD = /\/(?:content|results)(?:\?|$)/;

/** fetch that reads a body whole before it returns; downloads of batch results flow, but never stand still for longer. */
export function wholeFetch(stallMs: number): typeof fetch {
  return async (url, init) => {
    const response = await fetch(url, init);
    const address = typeof url === "string" ? url : url instanceof URL ? url.href : url.url;
    if (DOWNLOAD.test(address) && response.ok && response.body !== null)
      return new Response(ReadableStream.from(flowing(response.body, stallMs)), response);
    const body = await response.arrayBuffer();
    return new Response(body.byteLength === 0 ? null : body, response);
  };
}

async function* flowing(body: ReadableStream<Uint8Array>, stallMs: number): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (;;) {
      const part = await within(reader.read(), stallMs);
      if (part.done) return;
      yield part.value;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

async function within<T>(promise: Promise<T>, milliseconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new DOMException("the download stood still", "TimeoutError")), milliseconds);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}
