// This file reads end records that state anything at all: which code they are refused with, which numbers are named.
import assert from "node:assert/strict";
import { test } from "node:test";
import { end, ending, findingOn, joined, says, TIB, WIDE, zip64, type Wide } from "./raw-directory.ts";

test("a file has 22 bytes to 2^40", async () => {
  assert.equal(await says(new Uint8Array(21)), "E_EOCD file");
  assert.equal(await says(new Uint8Array(22)), "E_EOCD end record");
  assert.equal(await says(ending(TIB, new Uint8Array(22))), "E_EOCD end record");
  assert.equal(await says(ending(TIB + 1, new Uint8Array(22))), "E_LIMIT file");
  assert.match((await findingOn(new Uint8Array(21))).detail, /21 bytes/);
});

test("the end record stands in the last 22 bytes, with no comment", async () => {
  const none = { count: 0, size: 0, offset: 0 };
  assert.equal(await says(end(none)), "E_LIMIT end record");
  for (const change of [{ comment: 1 }, { comment: 256 }, { signature: 0x06054b51 }, { signature: 0x02014b50 }])
    assert.equal(await says(end({ ...none, ...change })), "E_EOCD end record");
});

test("there are 1 to 1024 records in at most 1 MiB that end where the end records begin", async () => {
  const stated = (count: number, size: number, offset: number) => says(ending(TIB / 2, end({ count, size, offset })));
  assert.equal(await stated(0, 5, 5), "E_LIMIT end record");
  assert.equal(await stated(1025, 5, 5), "E_LIMIT end record");
  assert.equal(await stated(1, 5, 5), "E_TILE directory");
  assert.equal(await stated(1024, 1_048_576, 5), "E_TILE directory");
  assert.equal(await stated(1024, 1_048_577, 5), "E_LIMIT directory");
  const { detail } = await findingOn(joined(Uint8Array.of(1, 2, 3), end({ count: 1, size: 2, offset: 0 })));
  assert.match(detail, /of 2 bytes at 0 .* at 3\./);
});

test("a saturated number sends the reader to the ZIP64 records, which stand in the 76 bytes before", async () => {
  for (const change of [{ count: 0xffff }, { size: WIDE }, { offset: WIDE }]) {
    const tail = end({ count: 1, size: 0, offset: 0, ...change });
    const read = (stated: Partial<Wide>, before = 5) => {
      const wide = zip64({ count: 1, size: 0, offset: before, at: before, ...stated });
      return says(joined(new Uint8Array(before), wide, tail));
    };
    assert.equal(await says(tail), "E_ZIP64 end record");
    assert.equal(await says(joined(new Uint8Array(75), tail)), "E_ZIP64 end record");
    assert.equal(await read({}), "E_DIRECTORY directory", "the directory is found, and has no record");
    assert.equal(await read({}, 0), "E_DIRECTORY directory");
    assert.equal(await read({ signature: 0 }), "E_ZIP64 end record");
    assert.equal(await read({ locator: 0 }), "E_ZIP64 end record");
    for (const at of [4, 6, 0]) assert.equal(await read({ at }), "E_ZIP64 end record");
    assert.equal(await read({ count: 0 }), "E_LIMIT end record");
    assert.equal(await read({ offset: 4 }), "E_TILE directory");
    assert.equal(await read({ offset: TIB }), "E_TILE directory");
    for (const field of ["count", "size", "offset"])
      assert.equal(await read({ [field]: TIB + 1 }), "E_LIMIT end record", field);
    assert.equal(await read({ size: TIB }), "E_LIMIT directory");
    assert.equal(await read({ count: TIB }), "E_LIMIT end record");
  }
  const near = end({ count: 0xfffe, size: 0, offset: 0 });
  assert.equal(await says(near), "E_LIMIT end record");
  assert.equal(
    await says(joined(new Uint8Array(100), end({ count: 1, size: 0, offset: WIDE - 1 }))),
    "E_TILE directory",
  );
});

test("numbers beyond 2^40 in the ZIP64 end record are called so", async () => {
  const file = joined(zip64({ count: 1, size: 0, offset: TIB + 1, at: 0 }), end({ count: 1, size: 0, offset: WIDE }));
  assert.match((await findingOn(file)).detail, /1 TiB/);
  const missing = joined(new Uint8Array(80), end({ count: 1, size: 0, offset: WIDE }));
  assert.match((await findingOn(missing)).detail, /not at their place/);
});
