// This file measures what one more file costs a corpus of 10,000 passages, and that cold builds agree byte for byte.
import { createHash } from "node:crypto";
import { createRng, type Rng } from "@kolm/stage";
import type { Row } from "../bench.ts";
import { type RecallWorkspace, withRecall } from "./workspace.ts";

const FILES = 1000;
const PASSAGES = 10;

const WORDS =
  "order parcel refund tent stove boot invoice account password shop card gift return repair battery light helmet seat child delivery Monday winter summer river forest cable screw manual filter water pump engine brake wheel garden kitchen window paint brush lamp shelf table chair letter stamp ticket platform museum guide harbour ferry".split(
    " ",
  );

/** Builds 10,000 passages cold, adds one file of ten, and builds again; then all 10,010 cold. */
export async function measureIncremental(): Promise<Row[]> {
  const rng = createRng("kolm/bench/incremental");
  const files = new Map(Array.from({ length: FILES }, (_, at) => [`corpus/f${at}.md`, document(rng)] as const));
  return withRecall({ recall: { ship: "full" }, files, bases: ["use-lite"] }, async (workspace) => {
    const cold = await workspace.build();
    await workspace.write("corpus/f500b.md", document(rng));
    const added = await workspace.build();
    const grown = await digests(workspace);
    await workspace.forget();
    const again = await workspace.build();
    const same = JSON.stringify(grown) === JSON.stringify(await digests(workspace));
    const share = added / again;
    return [
      {
        what: `one file of ${PASSAGES} passages added to ${FILES * PASSAGES}, share of a cold build`,
        aim: "<= 2 %",
        measured: `${(share * 100).toFixed(2)} % (${added.toFixed(2)} s of ${again.toFixed(1)} s; first build ${cold.toFixed(1)} s)`,
        holds: share <= 0.02,
      },
      {
        what: "index of the grown corpus, cold and incremental",
        aim: "same bytes",
        measured: same ? "same bytes" : "differ",
        holds: same,
      },
    ];
  });
}

/** A heading and two sentences a passage, so that each section is one passage. */
function document(rng: Rng): string {
  const word = (): string => WORDS[rng.integer(WORDS.length)] ?? "";
  const sentence = (): string => `${Array.from({ length: 12 }, word).join(" ")}.`;
  return Array.from(
    { length: PASSAGES },
    () => `# ${word()} ${word()} ${word()}\n\n${sentence()} ${sentence()}\n`,
  ).join("\n");
}

async function digests(workspace: RecallWorkspace): Promise<string[]> {
  const found: string[] = [];
  for (const file of ["index.json", "payloads.jsonl", "keywords.bin", "text.vectors.bin"])
    found.push(
      createHash("sha256")
        .update(await workspace.written(file))
        .digest("hex"),
    );
  return found;
}
