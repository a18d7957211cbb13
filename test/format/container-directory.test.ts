// This file reads directories that state anything at all: which code they are refused with, which numbers are named.
import assert from "node:assert/strict";
import { test } from "node:test";
import { u16, u64 } from "../../tools/dev/src/bench/tamper/raw-zip.ts";
import {
  findingOn,
  FRONT,
  front,
  joined,
  listing,
  record,
  says,
  TIB,
  WIDE,
  type DirectoryRecord,
} from "./raw-directory.ts";

test("the directory holds exactly the records that are counted", async () => {
  const records = front();
  const size = joined(...records).length;
  assert.equal(await says(listing(records)), "E_TILE manifest.json", "all four are read; then the offsets are wrong");
  assert.match((await findingOn(listing(records, 5))).detail, new RegExp(`Record 4 .* byte ${size}, `));
  assert.equal(await says(listing(records, 5)), "E_DIRECTORY directory");
  assert.match((await findingOn(listing(records, 3))).detail, /has 62 bytes beyond the 3 records/);
  assert.equal(await says(listing([...records, Uint8Array.of(0)], 4)), "E_DIRECTORY directory");
});

test("a record that is cut short, or claims more than there is, is malformed", async () => {
  const whole = record({ path: "mimetype" });
  assert.equal(await says(listing([whole])), "E_ORDER nothing");
  assert.equal(await says(listing([record({ path: "" })])), "E_NAME ", "46 bytes are a record");
  for (const length of [0, 1, 45, 46, 53])
    assert.equal(await says(listing([whole.subarray(0, length)], 1)), "E_DIRECTORY directory", `${length}`);
  const path = whole.slice();
  path[28] = 9;
  assert.match(
    (await findingOn(listing([path]))).detail,
    /Record 0 .* byte 0, /,
    "a name that ends beyond the directory",
  );
  assert.match((await findingOn(listing([whole, path]))).detail, /Record 1 .* byte 54, /);
  assert.equal(await says(listing([record({ path: "a", comment: 1 })])), "E_DIRECTORY directory");
  assert.equal(
    await says(listing([joined(record({ path: "a", comment: 1 }), Uint8Array.of(0))], 1)),
    "E_DIRECTORY directory",
  );
  assert.equal(await says(listing([record({ path: "a", signature: 0x04034b50 })])), "E_DIRECTORY directory");
});

test("names are read byte for byte", async () => {
  const path = "layers/docs/caf\u00e9";
  const bytes = Buffer.from(path, "latin1");
  const one = joined(record({ path: "x".repeat(bytes.length) }).subarray(0, 46), bytes);
  assert.equal(await says(listing([one])), `E_NAME ${path}`);
});

const extraOf = (values: readonly number[], id = 1, length = values.length * 8): Uint8Array =>
  joined(u16(id), u16(length), ...values.map(u64));

/** What becomes of a layer whose record has this extra field, in a directory that is in order but for it. */
const layer = (fields: Omit<DirectoryRecord, "path">) =>
  findingOn(listing(front({ path: "layers/docs/a", ...fields })));

test("a record has a ZIP64 field exactly where its size or offset is saturated, with exactly these", async () => {
  const malformed = [
    { extra: extraOf([]) },
    { extra: extraOf([1]) },
    { extra: Uint8Array.of(0) },
    { size: WIDE },
    { offset: WIDE },
    { size: WIDE, extra: extraOf([]) },
    { size: WIDE, extra: extraOf([9]) },
    { size: WIDE, extra: extraOf([9, 9, 9]) },
    { size: WIDE, extra: extraOf([9, 9], 2) },
    { size: WIDE, extra: extraOf([9, 9], 1, 8) },
    { size: WIDE, extra: extraOf([9, 9], 1, 17) },
    { size: WIDE, extra: joined(extraOf([9, 9]), Uint8Array.of(0)) },
    { size: WIDE, extra: extraOf([9, 9]).subarray(0, 19) },
    { size: WIDE, extra: extraOf([TIB + 1, 9]) },
    { offset: WIDE, extra: extraOf([9, 9]) },
    { offset: WIDE, extra: extraOf([TIB + 1]) },
    { offset: WIDE, extra: extraOf([9], 0xd935) },
    { offset: WIDE, extra: extraOf([9], 1, 16) },
    { size: WIDE, offset: WIDE, extra: extraOf([9, 9]) },
    { size: WIDE, offset: WIDE, extra: extraOf([9, 9, TIB + 1]) },
    { size: WIDE, offset: WIDE, extra: extraOf([TIB + 1, 9, 9]) },
  ];
  for (const [at, fields] of malformed.entries()) {
    const { says: found, detail } = await layer(fields);
    assert.equal(found, "E_DIRECTORY directory", `record ${at}`);
    assert.match(detail, /Record 4 /);
  }
});

test("sizes and offsets are those of the ZIP64 field where there is one", async () => {
  const size = (value: number, more: Partial<DirectoryRecord> = {}) =>
    layer({ size: WIDE, extra: extraOf([value, 7]), ...more });
  assert.match((await size(5_000_000_123)).detail, /its 5000000123 bytes does not fit/);
  assert.match((await size(TIB)).detail, new RegExp(`its ${TIB} bytes does not fit`));
  const both = { size: WIDE, offset: WIDE };
  assert.match((await layer({ ...both, extra: extraOf([5_000_000_123, 1, 2]) })).detail, /its 5000000123 bytes/);
  assert.match((await layer({ size: WIDE - 1 })).detail, /its 4294967294 bytes/);
  const members = FRONT.map((path, at) => ({ path, size: 0, offset: [0, 38, 128, 192][at] ?? 0 }));
  const listed = (fields: Omit<DirectoryRecord, "path">) => {
    const records = [...members, { path: "layers/docs/a", ...fields }].map((one) => record(one));
    return findingOn(listing(records));
  };
  assert.match(
    (await listed({ offset: WIDE - 1 })).detail,
    /layers\/docs\/a is listed at byte 4294967294, .* at 256\./,
  );
  assert.match((await listed({ offset: WIDE, extra: extraOf([7_000_000_321]) })).detail, /at byte 7000000321, /);
  assert.match((await listed({ offset: WIDE, extra: extraOf([TIB]) })).detail, new RegExp(`at byte ${TIB}, `));
  assert.match((await listed({ size: WIDE, offset: 77, extra: extraOf([1, 9]) })).detail, /at byte 77, /);
  const wide = { size: WIDE, offset: WIDE, extra: extraOf([1, 1, 7_000_000_321]) };
  assert.match((await listed(wide)).detail, /at byte 7000000321, but index\/chunks\.bin before it ends/);
});

test("a member is refused for its own limit before the file's, and sizes are added up", async () => {
  const sized = (path: string, size: number) =>
    says(listing(front().map((one, at) => (FRONT[at] === path ? record({ path, size }) : one))));
  assert.equal(await sized("manifest.json", 4 * 1_048_576 + 1), "E_LIMIT manifest.json");
  assert.equal(await sized("manifest.json", 4 * 1_048_576), "E_TILE manifest.json");
  assert.equal(await sized("receipt/bundle.json", 1_048_577), "E_LIMIT receipt/bundle.json");
  assert.equal(await sized("receipt/bundle.json", 1_048_576), "E_TILE receipt/bundle.json");
  // Each alone is shorter than the file, together they are longer.
  const half = Math.ceil(listing(front({ path: "layers/docs/a" }, { path: "layers/docs/b" })).length / 2);
  const two = (size: number) =>
    findingOn(listing(front({ path: "layers/docs/a", size: half - 2 }, { path: "layers/docs/b", size })));
  assert.match((await two(half)).detail, /layers\/docs\/b with its \d+ bytes does not fit/);
  assert.match((await two(0)).detail, /manifest\.json is listed at/);
  const one = (size: number) => findingOn(listing(front({ path: "layers/docs/a", size })));
  const { length } = listing(front({ path: "layers/docs/a" }));
  assert.match(
    (await one(length - 4)).detail,
    /manifest\.json is listed at/,
    "as long as the file, which its headers forbid",
  );
  assert.match((await one(length - 3)).detail, /layers\/docs\/a with its \d+ bytes does not fit/);
});

test("the first member stands at the beginning of the file", async () => {
  const moved = listing([record({ path: "mimetype", offset: 3 }), ...front().slice(1)]);
  assert.equal(await says(moved), "E_TILE mimetype");
  assert.match((await findingOn(moved)).detail, /at byte 3, but the file begins .* at 0\./);
});
