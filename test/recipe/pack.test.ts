// This file checks what is refused when a pack is loaded, and with which place.
import assert from "node:assert/strict";
import { test } from "node:test";
import { KolmError } from "@kolm/format";
import { encodePack, loadPack, type Recipe } from "@kolm/recipe";

const GREETING: Recipe = {
  id: "intent/greeting",
  field: "intent",
  gives: "enum",
  nodes: [
    { op: "ngram", any: ["good morning"] },
    { op: "text", value: "greeting" },
    { op: "when", if: 0, give: 1 },
  ],
};

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function packText(recipes: string): Uint8Array {
  return bytesOf(`{"format":"kolm/recipes-1","recipes":${recipes}}`);
}

/** The pack text of one recipe with these nodes, which give a boolean. */
function nodesText(nodes: string): Uint8Array {
  return packText(`[{"field":"f","gives":"boolean","id":"r","nodes":${nodes}}]`);
}

function refusal(bytes: Uint8Array): string {
  try {
    loadPack(bytes);
  } catch (error) {
    assert.ok(error instanceof KolmError, String(error));
    return error.message;
  }
  return assert.fail("the pack was accepted");
}

test("a written pack loads, decides and writes back to the same bytes", () => {
  const bytes = encodePack([GREETING]);
  const pack = loadPack(bytes);
  assert.deepEqual(pack.decide("Good morning!").fields.get("intent"), { value: "greeting", recipe: "intent/greeting" });
  assert.deepEqual(encodePack(pack.recipes), bytes);
});

test("the first recipe of a field to give a value decides it", () => {
  const other: Recipe = { ...GREETING, id: "intent/other", nodes: [{ op: "text", value: "other" }] };
  const pack = loadPack(encodePack([GREETING, other]));
  assert.equal(pack.decide("good morning").fields.get("intent")?.recipe, "intent/greeting");
  assert.equal(pack.decide("good night").fields.get("intent")?.recipe, "intent/other");
});

test("marks are given until a recipe decides the whole field", () => {
  const marks: Recipe = {
    id: "m",
    field: "pii",
    gives: "marks",
    nodes: [
      { op: "find", pattern: "[0-9]{3}" },
      { op: "label", of: 0, label: "code" },
    ],
  };
  const none: Recipe = {
    id: "n",
    field: "pii",
    gives: "spans",
    nodes: [
      { op: "input" },
      { op: "contains", of: 0, any: ["none"] },
      { op: "merge", of: [] },
      { op: "when", if: 1, give: 2 },
    ],
  };
  const pack = loadPack(encodePack([marks, none]));
  assert.deepEqual(pack.decide("see 123").marks, [
    { field: "pii", recipe: "m", label: "code", start: 4, end: 7, text: "123" },
  ]);
  assert.deepEqual(pack.decide("none 123").marks, []);
  assert.deepEqual(pack.decide("none 123").fields.get("pii")?.value, []);
});

test("unknown operations and fields are refused with their place", () => {
  assert.match(refusal(nodesText('[{"op":"eval","value":"1"}]')), /recipes\[0\]\.nodes\[0\]/);
  assert.match(refusal(nodesText('[{"extra":1,"op":"flag","value":true}]')), /recipes\[0\]\.nodes\[0\].*extra/);
  assert.match(refusal(packText('[{"field":"f","gives":"boolean","id":"r","nodes":[],"x":1}]')), /recipes\[0\]/);
});

test("bytes that are not canonical JSON are refused", () => {
  const canonical = new TextDecoder().decode(encodePack([GREETING]));
  for (const text of [
    "",
    "[]",
    "null",
    "{",
    ` ${canonical}`,
    `${canonical}\n`,
    `\uFEFF${canonical}`,
    canonical.replace('"format"', '"form\\u0061t"'),
    canonical.replace('"if":0', '"if":0.0'),
    canonical.replace('"if":0', '"if":-0'),
    canonical.replace('"if":0', '"if":0,"if":0'),
    canonical.replace('greeting"}', '\\ud800"}'),
  ]) {
    assert.ok(refusal(bytesOf(text)).length > 0, text);
  }
  refusal(Uint8Array.of(0xff, 0xfe, 0x7b));
});

test("keys that reach into prototypes are refused", () => {
  refusal(nodesText('[{"__proto__":{"op":"flag","value":true}}]'));
  refusal(nodesText('[{"__proto__":1,"op":"flag","value":true}]'));
  refusal(nodesText('[{"constructor":1,"op":"flag","value":true}]'));
  refusal(packText('[{"__proto__":{"field":"f","gives":"boolean","id":"r","nodes":[{"op":"flag","value":true}]}}]'));
  refusal(nodesText('[{"op":"toString"}]'));
  refusal(nodesText('[{"op":"__proto__"}]'));
});

test("a table may hold keys named like object members and finds nothing else", () => {
  const nodes: Recipe["nodes"] = [
    { op: "input" },
    {
      op: "lookup",
      of: 0,
      table: [
        ["__proto__", "a"],
        ["constructor", "b"],
      ],
    },
  ];
  const pack = loadPack(encodePack([{ id: "t", field: "f", gives: "enum", nodes }]));
  assert.equal(pack.decide("constructor").fields.get("f")?.value, "b");
  assert.equal(pack.decide("__proto__").fields.get("f")?.value, "a");
  assert.equal(pack.decide("hasOwnProperty").fields.size, 0);
});

test("deep nesting is refused, whatever the depth", () => {
  for (const depth of [65, 1_000, 200_000]) refusal(bytesOf("[".repeat(depth) + "]".repeat(depth)));
  refusal(nodesText(`[{"op":${'{"op":'.repeat(100_000)}1${"}".repeat(100_000)}}]`));
});

test("programs that are not well-formed are refused with their place", () => {
  const cases: [string, RegExp][] = [
    ['[{"of":0,"op":"not"}]', /nodes\[0\].*lower indices/],
    ['[{"op":"flag","value":true},{"of":2,"op":"not"},{"of":1,"op":"not"}]', /nodes\[1\].*lower indices/],
    ['[{"op":"text","value":"x"},{"of":0,"op":"not"}]', /nodes\[1\].*takes flag, node 0 gives text/],
    ['[{"op":"flag","value":true},{"op":"flag","value":true}]', /nodes\[0\].*no node reads/],
    ['[{"op":"text","value":"x"}]', /nodes\[0\].*ends in flag, found text/],
    ['[{"op":"abstain"}]', /found nothing/],
    [
      '[{"op":"flag","value":true},{"op":"text","value":"x"},{"op":"flag","value":true},{"else":1,"give":2,"if":0,"op":"if"}]',
      /branches of if/,
    ],
    ['[{"op":"input"},{"of":0,"op":"test","pattern":"(?=a)"}]', /nodes\[1\]\.pattern.*look-around/],
    [
      '[{"group":2,"op":"find","pattern":"(a)"},{"at":"only","of":0,"op":"pick"},{"of":1,"op":"exists"}]',
      /nodes\[0\]\.group/,
    ],
    [
      '[{"op":"input"},{"of":0,"op":"lookup","table":[["b","x"],["a","x"]]},{"of":1,"op":"exists"}]',
      /table\[1\].*sorted/,
    ],
    ['[{"any":["!!"],"op":"ngram"}]', /phrase 0 has 0 words/],
    ['[{"op":"input"},{"op":"number","value":1},{"left":0,"op":"equal","right":1}]', /compares one kind/],
    [
      '[{"op":"find","pattern":"a"},{"of":0,"op":"keep","side":"after"},{"of":1,"op":"exists"}]',
      /one of chars, phrases and edge/,
    ],
  ];
  for (const [nodes, message] of cases) assert.match(refusal(nodesText(nodes)), message);
});

test("a name may stand for one recipe only", () => {
  assert.throws(() => encodePack([GREETING, GREETING]), /stands twice/);
});

test("packs beyond the limits are refused", () => {
  const flag = '{"op":"flag","value":true}';
  refusal(nodesText(`[${Array.from({ length: 257 }, () => flag).join(",")}]`));
  const recipes = Array.from(
    { length: 1025 },
    (_, index) => `{"field":"f","gives":"boolean","id":"r${index}","nodes":[${flag}]}`,
  );
  refusal(packText(`[${recipes.join(",")}]`));
  refusal(new Uint8Array(4 * 1024 * 1024 + 1).fill(0x20));
  const heavy = Array.from({ length: 80 }, (_, index): Recipe => ({
    id: `r${index}`,
    field: "f",
    gives: "boolean",
    nodes: [{ op: "input" }, { op: "test", of: 0, pattern: `a{900}${index}` }],
  }));
  assert.throws(() => encodePack(heavy), /weigh too much/);
});
