// This file measures recipes for the components of US addresses: how many are given, how many of those are right.
import { compilePack, encodePack, type Pack } from "@kolm/recipe";
import { RecipesOptions } from "@kolm/recipes";
import { synthesise } from "@kolm/recipes/synthesis";
import { percent, type Row } from "../bench.ts";
import { type Address, answersOf, fieldOf, readAddresses } from "./address/answers.ts";

const PRECISION = 0.95;

/** Learns a task of one span field a component on the train split, then reads the test split; right is letter for letter. */
export async function measureAddress(): Promise<readonly Row[]> {
  const train = await readAddresses("train");
  const components = [...new Set(train.flatMap(({ output }) => Object.keys(output)))].sort();
  const answers = answersOf(train, components);
  const options = RecipesOptions.parse({ precision: PRECISION });
  const start = performance.now();
  const gated = components.map((component) =>
    synthesise({ name: fieldOf(component), field: { type: "span" }, answers, options }),
  );
  const seconds = (performance.now() - start) / 1000;
  const recipes = gated.flatMap(({ recipes: accepted }) => accepted);
  const { given, right } = judge(await readAddresses("test"), components, compilePack(recipes));
  const bytes = encodePack(recipes).length;
  return [
    {
      what: "usaddress: components right of those given",
      aim: `>= ${PRECISION}`,
      measured: `${percent(right / Math.max(1, given.total))} (${right} of ${given.total})`,
      holds: right >= PRECISION * given.total,
    },
    {
      what: "usaddress: components given of all",
      aim: "stated",
      measured: `${percent(given.total / Math.max(1, given.all))} of ${given.all}`,
      holds: null,
    },
    {
      what: "usaddress: recipes",
      aim: "",
      measured: `${recipes.map(({ field }) => field).join(", ")}; ${Math.ceil(bytes / 1024)} KB, ${seconds.toFixed(1)} s to learn`,
      holds: null,
    },
  ];
}

type Judged = { readonly given: { readonly total: number; readonly all: number }; readonly right: number };

function judge(rows: readonly Address[], components: readonly string[], pack: Pack): Judged {
  let [total, all, right] = [0, 0, 0];
  for (const { input, output } of rows) {
    const { fields } = pack.decide(input);
    all += Object.keys(output).length;
    for (const component of components) {
      const value = fields.get(fieldOf(component))?.value;
      if (typeof value !== "object" || value === null || !("text" in value)) continue;
      total += 1;
      if (value.text === output[component]) right += 1;
    }
  }
  return { given: { total, all }, right };
}
