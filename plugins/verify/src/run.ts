// This file runs the verify stage: refuse leaks, ask the draft artifact, score, ablate, judge, write.
import { canonicalBytes } from "@kolm/format";
import type { Context } from "@kolm/stage";
import { ablate, type Ablation } from "./draft/ablation.ts";
import { askAll, type RowAnswer } from "./draft/answers.ts";
import { type Draft, layerBytes, openDraft, weightBytes } from "./draft/layers.ts";
import { nodePorts } from "./draft/node.ts";
import type { OpenArtifact, VerifyPorts } from "./draft/ports.ts";
import { judge } from "./gate/judge.ts";
import { findLeaks, refuseLeaks } from "./leakage/exact.ts";
import { findNearDuplicates, type NearDuplicate } from "./leakage/near.ts";
import { learntSources } from "./leakage/sources.ts";
import { type Material, readMaterial } from "./material.ts";
import type { GateOptions } from "./options.ts";
import { writeReport } from "./report/report.ts";
import { type Scored, scoreOf } from "./report/score.ts";
import { teacherScore } from "./score/baseline.ts";
import { gradeRow } from "./score/grade.ts";
import { recomputeScore } from "./score/recompute.ts";

/** Writes score.json and report.json; KolmError LEAKAGE when an eval is not held out. */
export async function run(context: Context<GateOptions>, ports: VerifyPorts = nodePorts): Promise<void> {
  const { inputs, outputs, options } = context;
  const material = await readMaterial(inputs);
  context.report({ message: "checking that the evals are held out" });
  const nearDuplicates = checkLeakage(material);
  const draft = await openDraft(inputs);
  const answers = await askDraft(context, { material, draft, open: ports.open });
  const scored = scoreDraft(material, draft, answers);
  const ablation = options.ablation ? await ablateDraft(context, { material, draft, scored, ports }) : undefined;
  const golden = answers.golden.map((answer, row) => gradeGolden(material, row, answer));
  const gate = judge({ ...scored.recomputed, golden }, options);
  const score = scoreOf({ ...scored, material, ablation, gate });
  await outputs.bytes("score.json", canonicalBytes(score));
  await outputs.json("report.json", writeReport({ score, scored, material, draft, answers, nearDuplicates }));
  context.report({
    message: gate.passed
      ? `K ${score.k.value}, gate passed`
      : `K ${score.k.value}, gate failed: ${gate.reasons.join("; ")}`,
  });
}

function checkLeakage(material: Material): NearDuplicate[] {
  const sources = learntSources(material);
  refuseLeaks(findLeaks(material.evals, sources));
  return findNearDuplicates(material.evals, sources);
}

type DraftAnswers = { readonly evals: readonly RowAnswer[]; readonly golden: readonly RowAnswer[] };

async function askDraft(
  { report, signal }: Context<GateOptions>,
  { material, draft, open }: { material: Material; draft: Draft; open: OpenArtifact },
): Promise<DraftAnswers> {
  const rows = [...material.evals, ...material.golden];
  const step = (done: number): void => report({ message: "answering the evals", done, total: rows.length });
  const artifact = await open(draft.layer);
  const answers = await askAll(
    artifact,
    rows.map(({ input }) => input),
    { signal, step },
  );
  return { evals: answers.slice(0, material.evals.length), golden: answers.slice(material.evals.length) };
}

function scoreDraft(material: Material, draft: Draft, { evals: answers }: DraftAnswers): Scored {
  const { contract, evals, device, spendUsd, baseline } = material;
  const teacher = teacherScore(baseline, evals, contract);
  const bytes = { weightBytes: weightBytes(draft), layerBytes: layerBytes(draft) };
  const evidence = { contract, evals, answers, device, spendUsd, teacher: teacher.figures, ...bytes };
  return { teacher, evidence, recomputed: recomputeScore(evidence) };
}

function gradeGolden(
  { golden, contract }: Material,
  row: number,
  answer: RowAnswer,
): { id: string; input: string; right: boolean } {
  const { id = "", input = "", output = null } = golden[row] ?? {};
  return { id, input, right: gradeRow(contract, output, answer).score === 1 };
}

type Ablating = { material: Material; draft: Draft; scored: Scored; ports: VerifyPorts };

async function ablateDraft(
  context: Context<GateOptions>,
  { material, draft, scored, ports }: Ablating,
): Promise<Ablation> {
  context.report({ message: "scoring each part alone" });
  const { contract, evals, examples } = material;
  return ports.withEncoder(draft, context, async (encode) => {
    const options = { contract, evals, examples, draft, open: ports.open, encode, signal: context.signal };
    return ablate({ ...options, teacher: scored.teacher.alone });
  });
}
