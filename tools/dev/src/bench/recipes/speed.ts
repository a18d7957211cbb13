// This file measures how long a recipe takes, warm: one field, a list of twenty rules, a program that makes a text.
import { compilePack, type Node, type Pack, type Recipe } from "@kolm/recipe";
import { learnText } from "@kolm/recipes/synthesis";
import type { Row } from "../bench.ts";
import { median } from "./tasks.ts";

const WARM = 20_000;
const BATCHES = 301;
const BATCH = 200;
const TEXT =
  "Dear team, my order 48213 from last Tuesday has still not arrived and I would like to know where it is now. If it is lost, please send me another one or give me my money back soon. Thank you, Anna Berger";

/** Microseconds of one decision, the median over batches of 200. */
export async function measureSpeed(): Promise<readonly Row[]> {
  const field = compilePack([phraseRecipe("wish", ["where is", "not arrived"])]);
  const list = compilePack([ruleList(20)]);
  const [program] = learnText([
    { input: "12 March 1933", output: "1933-03-12" },
    { input: "2-Dec-65", output: "1965-12-02" },
  ]);
  const date = compilePack(program === undefined ? [] : [program.recipe]);
  return [
    row("a field recipe (phrases), 200 characters", { pack: field, input: TEXT, most: 5 }),
    row("a list of 20 rules, 200 characters", { pack: list, input: TEXT, most: 50 }),
    row("a text program (a date rewritten)", { pack: date, input: "17 April 1987", most: undefined }),
  ];
}

type Timed = { readonly pack: Pack; readonly input: string; readonly most: number | undefined };

function row(what: string, { pack, input, most }: Timed): Row {
  const micros = microsOf(pack, input);
  const aim = most === undefined ? "" : `<= ${most} µs median`;
  const decided = pack.decide(input).fields.size;
  return {
    what,
    aim,
    measured: `${micros.toFixed(2)} µs, ${decided} decided`,
    holds: most === undefined ? null : micros <= most,
  };
}

function microsOf(pack: Pack, input: string): number {
  for (let round = 0; round < WARM; round++) pack.decide(input);
  const batches: number[] = [];
  for (let batch = 0; batch < BATCHES; batch++) {
    const start = performance.now();
    for (let round = 0; round < BATCH; round++) pack.decide(input);
    batches.push(((performance.now() - start) * 1000) / BATCH);
  }
  return median(batches);
}

function phraseRecipe(field: string, any: readonly string[]): Recipe {
  const nodes: Node[] = [
    { op: "ngram", any: [...any] },
    { op: "text", value: "status" },
    { op: "when", if: 0, give: 1 },
  ];
  return { id: field, field, gives: "enum", nodes };
}

/** Rules of every kind, of which only the last one holds: the list is read to its end. */
function ruleList(count: number): Recipe {
  const nodes: Node[] = [{ op: "input" }];
  const rules: number[] = [];
  for (let rule = 0; rule < count; rule++) {
    const last = rule === count - 1;
    if (last) nodes.push({ op: "ngram", any: ["money back"] });
    else if (rule % 4 === 0) nodes.push({ op: "test", of: 0, pattern: `\\bRMA-${rule}[0-9]{4}\\b` });
    else if (rule % 4 === 1) nodes.push({ op: "contains", of: 0, any: [`invoice ${rule}`, `bill ${rule}`] });
    else nodes.push({ op: "ngram", any: [`cancel plan ${rule}`, `close account ${rule}`, `change address ${rule}`] });
    nodes.push({ op: "text", value: `rule ${rule}` });
    nodes.push({ op: "when", if: nodes.length - 2, give: nodes.length - 1 });
    rules.push(nodes.length - 1);
  }
  nodes.push({ op: "first", of: rules });
  return { id: "rules", field: "wish", gives: "enum", nodes };
}
