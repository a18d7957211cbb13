// This file checks that evals which are not held out are found and named.
import assert from "node:assert/strict";
import test from "node:test";
import { KolmError } from "@kolm/format";
import { findLeaks, refuseLeaks } from "../../plugins/verify/src/leakage/exact.ts";
import { wordTrigrams } from "@kolm/stage";
import { findNearDuplicates } from "../../plugins/verify/src/leakage/near.ts";
import { learntSources } from "../../plugins/verify/src/leakage/sources.ts";

const row = (id: string, input: string) => ({ id, input, output: null });
const CORPUS =
  "# Returns\n\nYou have thirty days to send it back\nas long as it is unused.\n\nGift cards cannot be returned.";
const sources = learntSources({
  examples: [row("e1", "Where is my order 10482?"), row("e2", "please cancel the order that I made this morning")],
  golden: [row("g1", "I want my money back")],
  taught: [row("e1", "Where is my order 10482?"), row("s1", "Can a synthetic row leak?")],
  corpus: [{ path: "corpus/returns.md", text: CORPUS }],
});
const placesOf = (...inputs: readonly string[]) =>
  findLeaks(
    inputs.map((input, index) => row(`v${index}`, input)),
    sources,
  ).map(({ place }) => place);

test("an eval that differs only in case, spaces or punctuation is found with its place", () => {
  assert.deepEqual(placesOf("where is MY order, 10482"), ["examples e1"]);
  assert.deepEqual(placesOf("can a synthetic row leak"), ["synthetic inputs s1"]);
  assert.deepEqual(placesOf("I want my money back!"), ["golden g1"]);
});

test("a corpus is searched by document, paragraph, line and, for long evals, by quotation", () => {
  assert.deepEqual(placesOf("Gift cards cannot be returned"), ["corpus/returns.md paragraph 3"]);
  assert.deepEqual(placesOf("as long as it is unused"), ["corpus/returns.md line 4"]);
  assert.deepEqual(placesOf("you have thirty days to send it back as long as it is unused"), [
    "corpus/returns.md paragraph 2",
  ]);
  assert.deepEqual(placesOf("thirty days to send it back as long"), ["corpus/returns.md"]);
  assert.deepEqual(placesOf("thirty days"), []); // seven words or fewer may well be chance
});

test("an eval of its own is no leak", () => {
  assert.deepEqual(placesOf("My order 10483 is nowhere", "order"), []);
  assert.doesNotThrow(() => refuseLeaks([]));
});

test("the refusal names the rows, their text and where they stand", () => {
  const leaks = findLeaks([row("v0", "Where is my order 10482"), row("v1", "I want my money back")], sources);
  assert.throws(
    () => refuseLeaks(leaks),
    (error) => {
      assert.ok(error instanceof KolmError);
      assert.equal(error.code, "LEAKAGE");
      assert.match(error.message, /2 evals are not held out/);
      assert.match(error.message, /eval v0 "Where is my order 10482" stands in examples e1/);
      assert.match(error.message, /eval v1 .* stands in golden g1/);
      return true;
    },
  );
});

test("near-duplicates are evals that share four fifths of their runs of three words", () => {
  assert.deepEqual([...wordTrigrams("a b c d")], ["a b c", "b c d"]);
  assert.deepEqual([...wordTrigrams("a b")], []);
  // 7 of 8 runs shared: 9 words against the same 10.
  const [near] = findNearDuplicates([row("v0", "Please cancel the order that I made this morning thanks")], sources);
  assert.equal(near?.place, "examples e2");
  assert.equal(near?.similarity, 7 / 8);
  assert.deepEqual(findNearDuplicates([row("v1", "Please cancel the parcel that I made this evening")], sources), []);
});
