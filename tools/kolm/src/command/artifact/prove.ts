// This file is `kolm prove`: shows that one record is among those an artifact learnt from or was measured on.
import {
  KolmError,
  Membership,
  MEMBERSHIP_PATH,
  membershipFault,
  membershipKey,
  type MembershipProof,
  proveMembership,
  TREE_NAMES,
  type TreeName,
} from "@kolm/format";
import { nodeCrypto, writeFileAtomically } from "@kolm/format/node";
import { abortOnSignals, type Environment, openEnvironment } from "@kolm/nx";
import { findWorkspace, layoutOf, readSpecRows, rowId, type SpecRow } from "@kolm/stage";
import { jsonLayer, openArtifactFile } from "../../artifact-file.ts";
import type { Command } from "../../command.ts";
import { requireTask, stageInputs } from "../../teaching.ts";

export const prove: Command = {
  name: "prove",
  summary: "Writes a proof that one record was among a compiled task's examples or evals; it reveals no other.",
  operands: [
    { name: "task", required: true, summary: "the task's name; it must have been compiled with the workspace's key" },
    { name: "record", required: true, summary: "the record's id or its input" },
  ],
  flags: { out: { type: "string", value: "<proof.json>", summary: "where to write it; standard output if absent" } },
  examples: ["kolm prove support-bot 1f0c2e8a77b1 --out proof.json", 'kolm prove support-bot "Where is my order?"'],
  run: async ({ operands: [task = "", wanted = ""], flags }) => {
    const root = await findWorkspace(process.cwd());
    await requireTask(root, task);
    const environment = await openEnvironment(root, abortOnSignals());
    try {
      const proof = `${JSON.stringify(await proofFor(environment, task, wanted), undefined, 2)}\n`;
      if (typeof flags["out"] === "string") await writeFileAtomically(flags["out"], [Buffer.from(proof)]);
      else process.stdout.write(proof);
      return 0;
    } finally {
      await environment.store.close();
    }
  },
};

/** KolmError RECORD_MISSING, or MEMBERSHIP_STALE for an artifact of other records or another key. */
async function proofFor(environment: Environment, task: string, wanted: string): Promise<MembershipProof> {
  const file = layoutOf(environment.root).artifact(task);
  await using opened = await openArtifactFile(file);
  const { id, manifest } = opened.artifact;
  const { trees } = Membership.parse(await jsonLayer(opened.artifact, MEMBERSHIP_PATH));
  const { tree, records, record } = await find(environment, task, wanted);
  const key = await membershipKey(nodeCrypto, await environment.signer(), manifest);
  const planted = proveMembership(nodeCrypto, { key, tree, records, record, artifact: id });
  const fault = membershipFault(nodeCrypto, { id, format: "kolm/membership-1", trees }, planted);
  if (fault === undefined) return planted;
  throw new KolmError("MEMBERSHIP_STALE", `${file} was sealed over other ${tree}, or with another key: ${fault}`, {
    hint: `Compile ${task} again with the key that signing: names, or prove from the state it was compiled from.`,
    place: { file },
  });
}

type Found = { readonly tree: TreeName; readonly records: readonly SpecRow[]; readonly record: SpecRow };

async function find(environment: Environment, task: string, wanted: string): Promise<Found> {
  const inputs = stageInputs(environment, task);
  for (const tree of TREE_NAMES) {
    const records = await readSpecRows(inputs, tree);
    const record = records.find(({ id, input }) => id === wanted || id === rowId(wanted) || input === wanted);
    if (record !== undefined) return { tree, records, record };
  }
  throw new KolmError("RECORD_MISSING", `${task} has no example and no eval ${JSON.stringify(wanted)}`, {
    hint: "Give the input exactly as the file has it, or its id as kolm review and reports show it.",
  });
}
