// This file adds up what the teacher's answers took: requests, tokens, dollars, milliseconds.
import type { Amount } from "./budget.ts";
import { formatUsd, parseUsd, type Pico } from "./money.ts";
import type { Call, Teacher, TeacherAnswer } from "../teacher.ts";

/** US dollars a token, in units of 1e-12. */
export type Price = { readonly input: Pico; readonly output: Pico };

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
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly total: number } | null;
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
    latencyMs: calls.length === 0 ? null : latencies(answers),
  };
}

/** What a ledger says was spent; the budget of a task covers both its stages. */
export function spentBy({ cost, tokens }: Pick<Ledger, "cost" | "tokens">): Amount {
  return { usd: parseUsd(cost), tokens: tokens.input + tokens.output };
}

/** What one call costs at a price. */
export function costOf({ input, output }: Call["tokens"], price: Price | undefined): Pico {
  return price === undefined ? 0n : BigInt(input) * price.input + BigInt(output) * price.output;
}

/** What calls cost together; one that stands twice counts once. */
export function totalCost(calls: readonly Call[], price: Price | undefined): Pico {
  return distinct(calls).reduce((total, { tokens }) => total + costOf(tokens, price), 0n);
}

/** Nearest-rank percentiles of the milliseconds each answer took, a retried answer counting all its calls. */
export function latencies(answers: readonly TeacherAnswer[]): { p50: number; p95: number; total: number } {
  const called = answers.filter(({ calls }) => calls.length > 0);
  const sorted = called.map(({ calls }) => sum(calls.map(({ latencyMs }) => latencyMs))).sort((a, b) => a - b);
  const rank = (share: number): number => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  return { p50: rank(0.5), p95: rank(0.95), total: sum(sorted) };
}

function distinct(calls: readonly Call[]): Call[] {
  return [...new Map(calls.map((call) => [call.key, call])).values()];
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
