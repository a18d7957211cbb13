// This file adds up what the teacher's answers took: requests, tokens, dollars, milliseconds.
import type { Amount } from "./budget.ts";
import { formatUsd, parseUsd, type Pico } from "./money.ts";
import type { Call, Teacher, TeacherAnswer } from "../teacher.ts";

/** US dollars a token, in units of 1e-12; batch where the batch API has a price of its own. */
export type Price = {
  readonly input: Pico;
  readonly output: Pico;
  readonly batch?: { readonly input: Pico; readonly output: Pico };
};
export type Mode = "live" | "batch";

/**
 * ledger.json: what the answers of one stage took in all, whichever run paid. Nothing in it depends on how many
 * answers this run found in the memo, so that a rerun writes the same bytes.
 */
export type Ledger = {
  readonly provider: string;
  readonly model: string;
  /** Distinct requests the answers rest on. */
  readonly calls: number;
  readonly answers: { readonly valid: number; readonly invalid: number };
  readonly tokens: { readonly input: number; readonly output: number };
  readonly cost: string;
  readonly currency: "USD";
  readonly latencyMs: Latencies | null;
};

type Account = {
  readonly name: Teacher["name"];
  readonly answers: readonly TeacherAnswer[];
  readonly price?: Price | undefined;
};

/** The ledger of all answers; a request that several answers share counts once. */
export function writeLedger({ name, answers, price }: Account): Ledger {
  const calls = distinct(answers.flatMap((answer) => answer.calls));
  const valid = answers.filter(({ status }) => status === "valid").length;
  return {
    ...name,
    calls: calls.length,
    answers: { valid, invalid: answers.length - valid },
    tokens: {
      input: sum(calls.map(({ tokens }) => tokens.input)),
      output: sum(calls.map(({ tokens }) => tokens.output)),
    },
    cost: formatUsd(totalCost(calls, price)),
    currency: "USD",
    latencyMs: latencies(answers),
  };
}

/** What a ledger says was spent; the budget of a task covers both its stages. */
export function spentBy({ cost, tokens }: Pick<Ledger, "cost" | "tokens">): Amount {
  return { usd: parseUsd(cost), ...tokens };
}

/** What one call costs at a price. */
export function costOf({ tokens, mode }: Pick<Call, "tokens" | "mode">, price: Price | undefined): Pico {
  if (price === undefined) return 0n;
  const { input, output } = mode === "batch" ? (price.batch ?? price) : price;
  return BigInt(tokens.input) * input + BigInt(tokens.output) * output;
}

/** What calls cost together; one that stands twice counts once. */
export function totalCost(calls: readonly Call[], price: Price | undefined): Pico {
  return distinct(calls).reduce((total, call) => total + costOf(call, price), 0n);
}

type Latencies = { readonly p50: number; readonly p95: number; readonly total: number };

/** Nearest-rank percentiles of the milliseconds each answer took, all its calls together; null where none was measured. */
export function latencies(answers: readonly TeacherAnswer[]): Latencies | null {
  const measured = answers.filter(
    ({ calls }) => calls.length > 0 && calls.every(({ latencyMs }) => latencyMs !== null),
  );
  if (measured.length === 0) return null;
  const sorted = measured.map(({ calls }) => sum(calls.map(({ latencyMs }) => latencyMs ?? 0))).sort((a, b) => a - b);
  const rank = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: rank(0.5), p95: rank(0.95), total: sum(sorted) };
}

function distinct(calls: readonly Call[]): Call[] {
  return [...new Map(calls.map((call) => [call.key, call])).values()];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
