// This file draws the bounds of what a container may hold: names, their order, sizes, counts; each bound from both sides.
import assert from "node:assert/strict";
import { test } from "node:test";
import { KolmError, LAYER_KINDS, writeContainer } from "@kolm/format";

const FRONT = ["mimetype", "manifest.json", "receipt/bundle.json", "index/chunks.bin"];
const MIB = 1_048_576;
const TIB = 2 ** 40;

type Sized = readonly [path: string, size: number];

/** Plans a container of these members, whose content is never opened: "planned", or the code and what the message names first. */
async function planned(members: readonly (string | Sized)[]): Promise<string> {
  const contents = members.map((member) => {
    const [path, size] = typeof member === "string" ? [member, 1] : member;
    return { path, size, crc32: 0, open: () => assert.fail("nothing is read to plan a container") };
  });
  try {
    await writeContainer(contents, { crc32: () => 0 }).next();
    return "planned";
  } catch (error) {
    assert.ok(error instanceof KolmError);
    return error.code;
  }
}

/** What becomes of a container with the members in front and these. */
const after = (...members: readonly (string | Sized)[]): Promise<string> => planned([...FRONT, ...members]);

const letters = (count: number): string => "n".repeat(count);

test("a name has one to four parts of up to 63 characters", async () => {
  for (const path of ["a", "a/b", letters(63), `${letters(63)}/${letters(63)}`])
    assert.equal(await after(path), "E_ORDER", `${path} is a name, though of no place`);
  for (const path of [
    "layers/docs/a",
    "layers/docs/a/b",
    `layers/docs/${letters(63)}/${letters(63)}`,
    "layers/docs/a0._-z",
  ])
    assert.equal(await after(path), "planned", path);
  for (const path of [
    letters(64),
    `a/${letters(64)}`,
    `layers/docs/${letters(64)}`,
    "layers/docs/a/b/c",
    "layers//a",
    "/a",
    "a/",
    "",
  ])
    assert.equal(await after(path), "E_NAME", path);
});

test("a part begins with a small letter or a digit and goes on with those, dots, underscores and dashes", async () => {
  for (const part of ["a", "z", "0", "9", "az09", "a.b", "a_b", "a-b", "a-"]) {
    assert.equal(await after(`layers/docs/${part}`), "planned", part);
    assert.equal(await after(`layers/docs/${part}/b`), "planned", part);
  }
  for (const part of [
    ".a",
    "_a",
    "-a",
    "A",
    "aB",
    "a b",
    "a\\b",
    "ä",
    "a\n",
    "\na",
    "a:b",
    "a,b",
    "a`",
    "a{",
    "a/",
    "a@b",
  ]) {
    assert.equal(await after(`layers/docs/${part}`), "E_NAME", JSON.stringify(part));
    assert.equal(await after(`layers/docs/${part}/b`), "E_NAME", JSON.stringify(part));
  }
  assert.equal(await after("Layers/docs/a"), "E_NAME");
  assert.equal(await after("!layers/docs/a"), "E_NAME");
});

test("no part is a device name of Windows, alone or before a dot, and none ends in a dot", async () => {
  const devices = ["con", "prn", "aux", "nul", "com0", "com1", "com9", "lpt0", "lpt1", "lpt9"];
  for (const device of devices)
    for (const path of [device, `${device}.txt`, `${device}/a`, `a/${device}`, `a/${device}.tar.gz/b`])
      assert.equal(await after(`layers/docs/${path}`), "E_NAME", path);
  for (const part of [
    "con0",
    "acon",
    "prn-",
    "auxiliary",
    "null",
    "com",
    "com10",
    "coma",
    "lpt",
    "lptx",
    "lpt00",
    "a.con",
    "a.nul.b",
  ])
    assert.equal(await after(`layers/docs/${part}`), "planned", part);
  for (const path of ["a.", "a./b", "a.."]) assert.equal(await after(`layers/docs/${path}`), "E_NAME", path);
});

test("every rule on names is asked of all members before the next: form, repetition, seals, order", async () => {
  assert.equal(await planned(["b", "b", "B"]), "E_NAME");
  assert.equal(await planned(["seal/unknown", "b", "b"]), "E_DUP");
  assert.equal(await planned(["b", "seal/unknown"]), "E_SEAL_NAME");
  assert.equal(await planned(["b", "seal/oms.sig"]), "E_ORDER");
});

test("the seals RS-1 knows are allowed and no other", async () => {
  const hexes = "0123456789abcdef";
  const known = [
    "anchor.tlog-proof",
    "att-00.json",
    "att-09.json",
    "att-90.json",
    `bundle-${hexes}.json`,
    "oms.sig",
    "time.tsr",
  ];
  assert.equal(await after(...known.map((name) => `seal/${name}`)), "planned");
  const strangers = [
    ...known.flatMap((name) => [`a${name}`, `${name}a`, `a/${name}`]),
    ..."anchorxtlog-proof omsxsig timextsr att-00xjson att-0.json att-000.json att-0a.json att-a0.json a".split(" "),
    ...[`${hexes}x`, `${hexes.slice(1)}.`, `${hexes}0.`, `${hexes.slice(1)}g.`].map((text) => `bundle-${text}json`),
  ];
  for (const name of strangers) assert.equal(await after(`seal/${name}`), "E_SEAL_NAME", name);
  assert.equal(await after("seals/a"), "E_ORDER");
  assert.equal(await after("layers/docs/seal"), "planned");
  assert.equal(await after("layers/docs/seal/x"), "planned");
});

test("the members in front are all there, in their places", async () => {
  assert.equal(await planned(FRONT), "planned");
  for (const at of FRONT.keys()) {
    assert.equal(await planned(FRONT.slice(0, at)), "E_ORDER", `${at} of them`);
    assert.equal(
      await planned([...FRONT.slice(0, at), "other", ...FRONT.slice(at + 1)]),
      "E_ORDER",
      `another at ${at}`,
    );
    assert.equal(
      await planned([...FRONT.slice(0, at), ...FRONT.slice(at + 1), "layers/docs/a"]),
      "E_ORDER",
      `without ${at}`,
    );
  }
});

test("layers stand by kind and then by name, seals after all of them, nothing else anywhere", async () => {
  const layers = LAYER_KINDS.flatMap((kind) => [
    `layers/${kind}/a`,
    `layers/${kind}/a-`,
    `layers/${kind}/a/b`,
    `layers/${kind}/b`,
  ]);
  const right = [...layers, "seal/oms.sig", "seal/time.tsr"];
  assert.equal(await after(...right), "planned");
  for (let at = 1; at < right.length; at += 1) {
    const swapped = [...right.slice(0, at - 1), right[at] ?? "", right[at - 1] ?? "", ...right.slice(at + 1)];
    assert.equal(await after(...swapped), "E_ORDER", `${right[at]} before ${right[at - 1]}`);
  }
  const nowhere = [
    "layers",
    "layers/docs",
    "layers/code/a",
    "layer/docs/a",
    "seal",
    "readme",
    "index/other",
    "receipt/z",
    "a/docs/b",
    "z",
  ];
  for (const path of nowhere) assert.equal(await after(path), "E_ORDER", path);
  assert.equal(await after("layers/model/a", "layers/code/a"), "E_ORDER");
});

const LIMITS: readonly Sized[] = [
  ["manifest.json", 4 * MIB],
  ["receipt/bundle.json", MIB],
  ["index/chunks.bin", 33_587_200],
  ["seal/oms.sig", MIB],
];
for (const [path, limit] of LIMITS) {
  test(`${path} has at most ${limit} bytes`, async () => {
    const members = (size: number) =>
      [...FRONT, "layers/docs/manifest.json", "seal/oms.sig"].map((name): Sized => [name, name === path ? size : 1]);
    assert.equal(await planned(members(limit)), "planned");
    assert.equal(await planned(members(limit + 1)), "E_LIMIT");
  });
}

test("only what is called so, or stands there, has the small limits", async () => {
  for (const path of ["layers/docs/manifest.json", "layers/docs/receipt/a", "layers/docs/seal", "layers/docs/index"])
    assert.equal(await after([path, 40 * MIB]), "planned", path);
});

test("a layer has at most 2^40 bytes, and so has the file with all its headers", async () => {
  const size = async (layer: number) => after(["layers/model/a", layer]);
  // Where the layer begins and what follows it: its record, the others', the ZIP64 end records.
  const before = [...FRONT, "layers/model/a"].reduce(
    (at, path) => dataOffset(at, path, path === "layers/model/a" ? TIB : 1),
    0,
  );
  const directory = [...FRONT, "layers/model/a"].reduce((sum, path) => sum + 46 + path.length, 20);
  const most = TIB - before - directory - 76 - 22;
  assert.equal(await size(most), "planned");
  assert.equal(await size(most + 1), "E_LIMIT");
  assert.equal(await size(TIB), "E_LIMIT");
  assert.equal(await size(TIB + 1), "E_LIMIT");

  function dataOffset(end: number, path: string, bytes: number): number {
    if (path === "mimetype") return end + 30 + path.length + 1;
    const align = bytes === 1 ? 64 : 16_384;
    const bare = end + 30 + path.length + (bytes === 1 ? 0 : 20) + 6;
    return Math.ceil(bare / align) * align + (bytes === 1 ? 1 : 0);
  }
});

test("there are at most 1024 members", async () => {
  const docs = Array.from({ length: 1021 }, (_, at) => `layers/docs/d${String(at).padStart(4, "0")}`);
  assert.equal(await after(...docs.slice(0, 1020)), "planned");
  assert.equal(await after(...docs), "E_LIMIT");
});

test("a name is shown whole up to 80 characters and cut beyond", async () => {
  const messageOf = async (path: string): Promise<string> => {
    try {
      await writeContainer([{ path, size: 1, crc32: 0, open: () => [] }], { crc32: () => 0 }).next();
    } catch (error) {
      assert.ok(error instanceof KolmError);
      return error.message;
    }
    return assert.fail("it is no name");
  };
  const shown = async (count: number): Promise<string> => (await messageOf("N".repeat(count))).split('"')[1] ?? "";
  assert.equal(await shown(80), "N".repeat(80));
  assert.equal(await shown(81), `${"N".repeat(80)}…`);
  assert.match(await messageOf("layers/nul/a"), /device/);
  assert.match(await messageOf("layers/a./a"), /dot/);
  assert.match(await messageOf("layers//a"), /words/);
});
