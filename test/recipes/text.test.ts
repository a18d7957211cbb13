// This file checks what is learnt from texts to texts: pieces, dates, conditions, doubt, noise, and that it is reproducible.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compilePack, encodePack } from "@kolm/recipe";
import { type Example, learnText, runText } from "@kolm/recipes/synthesis";

type Pair = readonly [input: string, output: string | null];

function learn(shown: readonly Pair[], inputs: readonly string[] = []): (input: string) => string | null {
  const [program] = learnText(asExamples(shown), inputs);
  assert.ok(program, "nothing was learnt");
  const pack = compilePack([program.recipe]);
  return (input) => runText(pack, input);
}

const asExamples = (pairs: readonly Pair[]): Example[] => pairs.map(([input, output]) => ({ input, output }));

function holds(shown: readonly Pair[], expected: readonly Pair[], inputs: readonly string[] = []): void {
  const run = learn(shown, inputs);
  for (const [input, output] of expected) assert.equal(run(input), output, JSON.stringify(input));
}

test("one example is enough for a name turned around", () => {
  holds([["Ada Lovelace", "Lovelace, A."]], [["Grace Hopper", "Hopper, G."]]);
});

test("a piece between marks is found where lengths differ", () => {
  holds([["(415) 22-1 ext. 9", "22"]], [["(20) 7946-55 ext. 12", "7946"]]);
});

test("columns are told apart by U+001F", () => {
  holds([["ada\u001Flovelace", "ada.lovelace@desk.example"]], [["grace\u001Fhopper", "grace.hopper@desk.example"]]);
});

test("dates of every usual form become one form", () => {
  holds(
    [["3 May 1999", "1999-05-03"]],
    [
      ["Dec 24 2001", "2001-12-24"],
      ["17-Aug-88", "1988-08-17"],
      ["10/9/2020", "2020-10-09"],
    ],
  );
});

test("inputs without an answer settle whether the day or the month comes first", () => {
  holds([["5/6/2011", "2011 6 5"]], [["9/11/2012", "2012 11 9"]], ["25/12/2013", "31/1/2014"]);
});

test("times are sorted into intervals", () => {
  holds([["8:41", "8:30-9:00"]], [["17:05", "17:00-17:30"]]);
});

test("conditions tell inputs of two kinds apart", () => {
  holds(
    [
      ["Berlin (DE)", "DE"],
      ["Lyon", "unknown"],
      ["Graz (AT)", "AT"],
      ["Porto", "unknown"],
    ],
    [
      ["Bern (CH)", "CH"],
      ["Oslo", "unknown"],
    ],
  );
});

test("where the example says nothing, the program gives nothing", () => {
  const run = learn([
    ["id 5512", "5512"],
    ["none", null],
    ["id 90", "90"],
  ]);
  assert.equal(run("id 7"), "7");
  assert.equal(run("empty"), null);
});

test("a few wrong examples among many are tolerated only when asked for", () => {
  const pairs = Array.from({ length: 30 }, (_, at): Pair => [`item ${at * 7 + 10} of box ${at}`, String(at * 7 + 10)]);
  const noisy = asExamples(
    pairs.map(([input, output], at) => (at === 1 || at === 17 ? [input, "wrong"] : [input, output])),
  );
  const [tolerant] = learnText(noisy, [], { noise: 0.1 });
  assert.deepEqual(tolerant?.wrong, [1, 17]);
  assert.equal(runText(compilePack([tolerant.recipe]), "item 5 of box 6"), "5");
  assert.ok(learnText(noisy).every(({ wrong }) => wrong.length === 0));
});

test("the same examples give the same bytes, and fewer steps never throw", () => {
  const examples = asExamples([
    ["Ref: 2020/14-b", "B14"],
    ["Ref: 2021/7-a", "A7"],
  ]);
  const bytes = (): string =>
    learnText(examples)
      .map(({ recipe }) => new TextDecoder().decode(encodePack([recipe])))
      .join("\n");
  assert.equal(bytes(), bytes());
  for (const steps of [0, 100, 10_000]) learnText(examples, [], { steps });
  assert.ok(learnText(examples).length > 0);
});

test("long and strange texts end in time", () => {
  const started = performance.now();
  learnText(
    asExamples([
      ["a-".repeat(900), "b-".repeat(900)],
      ["\u0000\uD800", "x"],
    ]),
  );
  learnText(asExamples([["a ".repeat(30_000), "a"]]));
  learnText(
    asExamples([
      ["__proto__", "constructor"],
      ["", ""],
      ["[", "]("],
    ]),
  );
  assert.ok(performance.now() - started < 10_000, `${performance.now() - started} ms`);
});
