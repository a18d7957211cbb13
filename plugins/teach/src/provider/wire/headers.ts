// This file reads what servers say about their limits in HTTP headers.

/** One limit: units left of `limit`, all of them back after resetMs. */
export type Limit = { readonly limit: number; readonly remaining: number; readonly resetMs: number };
const KINDS = ["requests", "tokens", "input-tokens", "output-tokens"] as const;
export type LimitKind = (typeof KINDS)[number];

/**
 * The limits in a response: x-ratelimit-{limit,remaining,reset}-* with durations such as 6m0s (OpenAI, Azure, gateways) or
 * anthropic-ratelimit-*-{limit,remaining,reset} with RFC 3339 times.
 */
export function limitsIn(headers: Headers): Map<LimitKind, Limit> {
  const limits = new Map<LimitKind, Limit>();
  for (const kind of KINDS) {
    const [limit, remaining] = ["limit", "remaining"].map((what) => count(either(headers, what, kind)));
    const reset = either(headers, "reset", kind);
    if (remaining === undefined || reset === null) continue;
    const resetMs = durationMs(reset) ?? untilMs(reset, headers);
    if (resetMs !== undefined)
      limits.set(kind, { limit: Math.max(limit ?? remaining, remaining, 1), remaining, resetMs });
  }
  return limits;
}

/** What a refusal asks to wait: retry-after-ms, or Retry-After in seconds or as a date (RFC 9110 §10.2.3). */
export function afterMs(headers: Headers | undefined): number | undefined {
  const milliseconds = count(headers?.get("retry-after-ms") ?? null);
  if (milliseconds !== undefined || headers === undefined) return milliseconds;
  const wish = headers.get("retry-after");
  if (wish === null) return undefined;
  const seconds = count(wish);
  return seconds === undefined ? untilMs(wish, headers) : seconds * 1000;
}

function either(headers: Headers, what: string, kind: LimitKind): string | null {
  return headers.get(`x-ratelimit-${what}-${kind}`) ?? headers.get(`anthropic-ratelimit-${kind}-${what}`);
}

function count(text: string | null): number | undefined {
  return text !== null && /^\d+(\.\d+)?$/.test(text.trim()) ? Number(text) : undefined;
}

function durationMs(text: string): number | undefined {
  const seconds = count(text);
  if (seconds !== undefined) return seconds * 1000;
  const parts = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/.exec(text.trim());
  if (parts === null || text.trim() === "") return undefined;
  const [days, hours, minutes, secs, milliseconds] = parts.slice(1).map((part) => Number(part ?? 0));
  return (((days ?? 0) * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60_000 + (secs ?? 0) * 1000 + (milliseconds ?? 0);
}

// Measured on the server's own clock where it tells the time, so that a wrong clock here does no harm.
function untilMs(text: string, headers: Headers): number | undefined {
  const then = Date.parse(text);
  if (Number.isNaN(then)) return undefined;
  const told = Date.parse(headers.get("date") ?? "");
  return Math.max(0, then - (Number.isNaN(told) ? performance.timeOrigin + performance.now() : told));
}
