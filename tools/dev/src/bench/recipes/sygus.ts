// This file measures programming by example on the SyGuS 2019 string tasks: the short specification in, the long one judged.
import { learnText, type Program } from "@kolm/recipes/synthesis";
import type { Row } from "../bench.ts";
import { isRight, isTuned, median, type PbeTask, readTasks, shares } from "./tasks.ts";

const LIMIT = 10;

type Solved = {
  readonly name: string;
  readonly right: boolean;
  readonly seconds: number;
  /** There is a longer specification than the one shown. */
  readonly judgedOnMore: boolean;
  readonly conditions: number;
};

/** One program a hidden one: tasks that differ only in how many examples they show are one. */
export async function measureSygus(): Promise<readonly Row[]> {
  const programs = groupsOf(await readTasks("sygus_pbe_strings/tasks_2019.jsonl"));
  const solved = [...programs].flatMap(([name, tasks]) => solve(name, tasks));
  const rows = (verdicts: readonly Solved[]): string => shares(verdicts);
  const share = solved.filter(({ right }) => right).length / solved.length;
  const longer = solved.filter(({ judgedOnMore }) => judgedOnMore);
  const typical = median(solved.map(({ seconds }) => seconds));
  const slowest = Math.max(...solved.map(({ seconds }) => seconds));
  const plain = solved.filter(({ right, conditions }) => right && conditions === 0).length;
  return [
    {
      what: "sygus 2019, distinct hidden programs, within 10 s",
      aim: ">= 85 %",
      measured: `${rows(solved)}; ${plain} of the right ones without a condition`,
      holds: share >= 0.85,
    },
    {
      what: "  of these with a longer specification to judge by",
      aim: "",
      measured: rows(longer),
      holds: null,
    },
    {
      what: "sygus 2019, time a task",
      aim: "median < 0.2 s",
      measured: `median ${typical.toFixed(3)} s, slowest ${slowest.toFixed(2)} s`,
      holds: typical < 0.2,
    },
    ...unsolved(solved),
  ];
}

/** Names of the hidden programs missed in the half that was looked at; the other half stays unseen. */
function unsolved(solved: readonly Solved[]): Row[] {
  const missed = solved.filter(({ right, name }) => !right && isTuned(name)).map(({ name }) => name);
  return [{ what: "  missed, of those looked at", aim: "", measured: missed.join(", ") || "none", holds: null }];
}

function groupsOf(tasks: readonly PbeTask[]): Map<string, PbeTask[]> {
  const groups = new Map<string, PbeTask[]>();
  for (const task of tasks) {
    const name = (task.name.split("/").at(-1) ?? "").replace(/(?:-long-repeat|-long|[-_]short|_small)$/, "");
    groups.set(name, [...(groups.get(name) ?? []), task]);
  }
  return groups;
}

function solve(name: string, tasks: readonly PbeTask[]): Solved[] {
  const sorted = [...tasks].sort((a, b) => a.examples.length - b.examples.length);
  const [short, long] = [sorted[0], sorted.at(-1)];
  // One task shows no example: there is nothing to learn from.
  if (short === undefined || long === undefined || short.examples.length === 0) return [];
  const start = performance.now();
  const [program] = learnText(short.examples);
  const seconds = (performance.now() - start) / 1000;
  return [
    {
      name,
      right: seconds <= LIMIT && isRight(program, long.examples),
      seconds,
      judgedOnMore: long.examples.length > short.examples.length,
      conditions: conditionsOf(program),
    },
  ];
}

function conditionsOf(program: Program | undefined): number {
  return program?.recipe.nodes.filter(({ op }) => op === "if").length ?? 0;
}
