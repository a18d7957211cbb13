// This file spreads one answer over the records that the server's token probabilities find likely too.
import { canonicalJson, type Output } from "@kolm/format";
import type { TeacherAnswer } from "../teacher.ts";
import type { Checker } from "./check.ts";

type Valid = Extract<TeacherAnswer, { readonly status: "valid" }>;
/** A record and its share of one sample's vote; shares sum to 1. */
export type Share = { readonly output: Output | null; readonly share: number };

/** Records under one in two hundred teach nothing, and more than eight of one answer are noise. */
const LEAST = 0.005;
const MOST = 8;

/** The answer itself where it has no probabilities; fields count as independent, and what breaks a check is left out. */
export function sharesOf({ output, soft }: Valid, check: Checker): Share[] {
  if (output === null || soft === undefined) return [{ output, share: 1 }];
  let records: { output: Output; share: number }[] = [{ output, share: 1 }];
  for (const [field, values] of Object.entries(soft)) {
    records = records.flatMap((record) =>
      Object.entries(values).map(([value, share]) => ({
        output: { ...record.output, [field]: typeof output[field] === "boolean" ? value === "true" : value },
        share: record.share * share,
      })),
    );
    records = likeliest(records);
  }
  const own = canonicalJson(output);
  const kept = records.filter((record) => canonicalJson(record.output) === own || check(record.output) === undefined);
  const total = kept.reduce((sum, { share }) => sum + share, 0);
  if (!kept.some((record) => canonicalJson(record.output) === own)) return [{ output, share: 1 }];
  return kept.map((record) => ({ output: record.output, share: record.share / total }));
}

function likeliest<T extends { readonly share: number }>(records: readonly T[]): T[] {
  return records
    .filter(({ share }) => share >= LEAST)
    .sort((a, b) => b.share - a.share)
    .slice(0, MOST);
}
