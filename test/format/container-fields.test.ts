// This file changes every field of the container's records and has the reader name it: the code, the member, the field, its byte.
import assert from "node:assert/strict";
import { test } from "node:test";
import { compareCodeUnits, memorySource, readContainer } from "@kolm/format";
import { collect, packSample } from "./sample.ts";

const PATH = "layers/model/student.onnx";

/** What the reader says of the sample with one byte changed at a distance from the member's header, its record, or the end. */
async function changed(where: "header" | "record" | "end", distance: number): Promise<string> {
  const file = await collect((await packSample()).stream());
  const layout = await readContainer(memorySource(file));
  assert.ok(layout.ok);
  const { members, directoryOffset, directorySize } = layout.value;
  const model = members.findIndex(({ path }) => path === PATH);
  const record = members.slice(0, model).reduce((at, { path }) => at + 46 + path.length, directoryOffset);
  const start = { header: members[model]?.offset ?? 0, record, end: directoryOffset + directorySize }[where];
  file[start + distance] = (file[start + distance] ?? 0) ^ 0x40;
  const outcome = await readContainer(memorySource(file));
  assert.ok(!outcome.ok, `${where} ${distance}`);
  const { code, subject, detail } = outcome.finding;
  return `${code} ${subject}: ${/: (.*)\.$/.exec(detail)?.[1]}`;
}

const HEADER = [
  ["signature", 0, 4],
  ["version", 4, 2],
  ["flags", 6, 2],
  ["method", 8, 2],
  ["time", 10, 2],
  ["date", 12, 2],
  ["CRC-32", 14, 4],
  ["stored size", 18, 4],
  ["size", 22, 4],
  ["name length", 26, 2],
  ["extra length", 28, 2],
  ["name", 30, PATH.length],
  ["alignment extra", 30 + PATH.length, 6],
  ["padding", 36 + PATH.length, 1],
] as const;

test("a changed local header is E_HEADER of its member, by the name of the field", async () => {
  for (const [name, from, length] of HEADER)
    for (let at = from; at < from + length; at += 1)
      assert.equal(await changed("header", at), `E_HEADER ${PATH}: ${name}, byte ${at}`);
});

const RECORD = [
  ["made-by version", 4, 2],
  ["needed version", 6, 2],
  ["flags", 8, 2],
  ["method", 10, 2],
  ["time", 12, 2],
  ["date", 14, 2],
  ["stored size", 20, 4],
  ["disk", 34, 2],
  ["internal attributes", 36, 2],
  ["external attributes", 38, 4],
] as const;

test("a changed directory record is E_DIRECTORY of its member, by the name of the field", async () => {
  for (const [name, from, length] of RECORD)
    for (let at = from; at < from + length; at += 1)
      assert.equal(await changed("record", at), `E_DIRECTORY ${PATH}: ${name}, byte ${at}`);
});

const END = [
  ["disk", 4, 2],
  ["directory disk", 6, 2],
  ["count on disk", 8, 2],
] as const;

test("a changed end record is E_TAIL, by the name of the field", async () => {
  for (const [name, from, length] of END)
    for (let at = from; at < from + length; at += 1)
      assert.equal(await changed("end", at), `E_TAIL end record: ${name}, byte ${at}`);
});

test("texts are compared by code units, and equal ones are equal", () => {
  assert.deepEqual(
    [compareCodeUnits("a", "b"), compareCodeUnits("b", "a"), compareCodeUnits("a", "a"), compareCodeUnits("", "")],
    [-1, 1, 0, 0],
  );
  assert.equal(compareCodeUnits("\ufb33", "\u{1f600}"), 1);
});
