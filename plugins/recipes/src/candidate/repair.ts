// This file repairs a program by the answers: the change that sets most right is made, as long as one does.
import { compilePack, type Node, pruneNodes, type Recipe } from "@kolm/recipe";
import { KolmError } from "@kolm/format";
import type { Answer } from "../answers.ts";
import { judgeOf } from "../evidence/outcome.ts";
import { constants, type Edited, smaller, withoutKeys } from "./edit.ts";
import { type Decidable, recipeOf } from "./read.ts";

/** A program under repair: for which field, judged by which answers. */
export type Repairing = { readonly name: string; readonly field: Decidable; readonly answers: readonly Answer[] };

/** Programs judged in one repair, answers each is judged by, rounds. */
const JUDGED = 300;
const LOOKED_AT = 80;
const ROUNDS = 6;
/** A wrong answer costs as much as so many right ones give. */
const WRONG = 20;
const TEXTS = 12;

/** The program, or a changed one that the answers speak for more; undefined when none is ever right. Deterministic. */
export function repair(nodes: readonly Node[], repairing: Repairing): readonly Node[] | undefined {
  const sample = sampleOf(nodes, repairing);
  const texts = textsOf(repairing);
  let best = { nodes, score: scoreOf(nodes, { ...repairing, answers: sample }) };
  let left = JUDGED;
  for (let round = 0; round < ROUNDS && wrongOf(best.nodes, repairing, sample).length > 0 && left > 0; round++) {
    let next = best;
    for (const edited of editsOf(best.nodes, { ...repairing, answers: sample }, texts)) {
      if (left-- <= 0) break;
      const score = scoreOf(edited, { ...repairing, answers: sample });
      if (score > next.score || (score === next.score && next !== best && edited.length < next.nodes.length))
        next = { nodes: edited, score };
    }
    if (next === best) break;
    best = next;
  }
  return best.score > 0 ? best.nodes : undefined;
}

function* editsOf(nodes: readonly Node[], repairing: Repairing, texts: readonly string[]): Generator<Edited> {
  for (const at of nodes.keys()) {
    const edited = withoutKeys(nodes, at, wrongKeys(nodes, at, repairing));
    if (edited !== undefined) yield edited;
  }
  yield* smaller(nodes);
  yield* constants(nodes, texts);
}

/** Keys that a table is asked for where the program is wrong. */
function wrongKeys(nodes: readonly Node[], at: number, repairing: Repairing): ReadonlySet<string> {
  const node = nodes[at];
  if (node?.op !== "lookup") return new Set();
  const key: Recipe = { id: "key", field: "key", gives: "text", nodes: pruneNodes(nodes.slice(0, node.of + 1)) };
  const pack = compilePack([key]);
  const wrong = wrongOf(nodes, repairing, repairing.answers);
  return new Set(
    wrong.flatMap(({ input }) => {
      const value = pack.decide(input).fields.get("key")?.value;
      return typeof value === "string" ? [value] : [];
    }),
  );
}

/** Right answers less the wrong ones' price; minus infinity for what the checker refuses. */
function scoreOf(nodes: readonly Node[], { name, field, answers }: Repairing): number {
  const judge = judgeIfValid(nodes, name, field);
  if (judge === undefined) return Number.NEGATIVE_INFINITY;
  let score = 0;
  for (const answer of answers) {
    const { fired, right } = judge(answer);
    score += right - WRONG * (fired - right);
  }
  return score;
}

function judgeIfValid(nodes: readonly Node[], name: string, field: Decidable): ReturnType<typeof judgeOf> | undefined {
  try {
    return judgeOf(recipeOf("candidate", name, field, nodes));
  } catch (error) {
    if (error instanceof KolmError) return undefined;
    throw error;
  }
}

function wrongOf(nodes: readonly Node[], { name, field }: Repairing, answers: readonly Answer[]): readonly Answer[] {
  const judge = judgeIfValid(nodes, name, field);
  return judge === undefined ? answers : answers.filter((answer) => ((one) => one.right < one.fired)(judge(answer)));
}

/** Half of them, where there are so many, answers that the program gets wrong. */
function sampleOf(nodes: readonly Node[], repairing: Repairing): readonly Answer[] {
  const { answers } = repairing;
  const wrong = new Set(wrongOf(nodes, repairing, answers));
  const some = spread([...wrong], LOOKED_AT / 2);
  return [
    ...some,
    ...spread(
      answers.filter((answer) => !wrong.has(answer)),
      LOOKED_AT - some.length,
    ),
  ];
}

function spread<T>(list: readonly T[], count: number): readonly T[] {
  if (list.length <= count) return list;
  return Array.from({ length: count }, (_, index) => list[Math.floor((index * list.length) / count)]).flatMap(
    (one) => one ?? [],
  );
}

/** Marks and words that come back in the outputs, the most frequent first. */
function textsOf({ name, answers }: Repairing): readonly string[] {
  const counts = new Map<string, number>();
  for (const { output } of spread(answers, LOOKED_AT)) {
    const value = output?.get(name);
    const words = typeof value === "string" ? (value.match(/\p{L}+|[^\p{L}\p{N}]+/gu) ?? []) : [];
    for (const word of new Set(words)) counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  const often = [...counts].filter(([, count]) => count > 1).sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return ["", ...often.map(([text]) => text)].slice(0, TEXTS);
}
