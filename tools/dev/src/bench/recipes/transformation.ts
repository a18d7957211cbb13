// This file measures programming by example on prose_transformation_text: the first k rows in, all others judged.
import { learnText } from "@kolm/recipes/synthesis";
import type { Row } from "../bench.ts";
import { isRight, median, type PbeTask, readTasks, shares, type Verdict } from "./tasks.ts";

const AIMS: readonly (readonly [k: number, aim: number])[] = [
  [1, 0.45],
  [2, 0.65],
  [3, 0.72],
];

/** A task counts when all rows after the first k are right; with the inputs of those rows in view, and without. */
export async function measureTransformation(): Promise<readonly Row[]> {
  const tasks = await readTasks("prose_transformation_text/tasks_A.jsonl");
  const rows: Row[] = [];
  for (const [k, aim] of AIMS) {
    const seconds: number[] = [];
    const seeing = tasks.map((task) => judge(task, k, { unlabelled: true, seconds }));
    const blind = tasks.map((task) => judge(task, k, { unlabelled: false, seconds: [] }));
    const share = seeing.filter(({ right }) => right).length / tasks.length;
    rows.push({
      what: `transformation, k = ${k}, inputs of all rows in view`,
      aim: `>= ${(100 * aim).toFixed(0)} % of tasks`,
      measured: `${shares(seeing)}; median ${median(seconds).toFixed(3)} s`,
      holds: share >= aim,
    });
    const blindShare = blind.filter(({ right }) => right).length / tasks.length;
    rows.push({
      what: `transformation, k = ${k}, the k examples alone`,
      aim: `>= ${(100 * aim).toFixed(0)} % of tasks`,
      measured: shares(blind),
      holds: blindShare >= aim,
    });
  }
  return rows;
}

type Judging = { readonly unlabelled: boolean; readonly seconds: number[] };

function judge({ name, examples }: PbeTask, k: number, { unlabelled, seconds }: Judging): Verdict {
  const rest = examples.slice(k);
  const start = performance.now();
  const [program] = learnText(examples.slice(0, k), unlabelled ? rest.map(({ input }) => input) : []);
  seconds.push((performance.now() - start) / 1000);
  // A task with no row left is judged on the rows it showed.
  return { name, right: isRight(program, rest.length > 0 ? rest : examples) };
}
