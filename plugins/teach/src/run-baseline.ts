// This file runs the baseline stage: the teacher's own answers to the evals, scored, and what they took.
import type { Contract } from "@kolm/format";
import { type Context, readSpecRows } from "@kolm/stage";
import { ask } from "./ask.ts";
import { declaredBaseline, measureBaseline } from "./baseline.ts";
import { type Ledger, spentBy, writeLedger } from "./spend/ledger.ts";
import type { TeacherOptions } from "./options.ts";
import { openTeacher } from "./open-teacher.ts";

/** The body of the baseline stage; where nothing is measured it writes what the task declares. */
export async function runBaseline(context: Context<TeacherOptions>): Promise<void> {
  const { inputs, options, outputs } = context;
  if (options.provider === "labels" || options.baseline === "none") {
    await outputs.json("baseline.json", declaredBaseline(options.declared));
    const name = { provider: options.provider, model: "none" };
    return outputs.json("ledger.json", writeLedger({ name, answers: [] }));
  }
  const contract = await inputs.json<Contract>("spec/contract.json");
  const rows = await readSpecRows(inputs, "evals");
  const before = spentBy(await inputs.json<Ledger>("teach/ledger.json"));
  const { teacher, price } = await openTeacher(context, contract, before);
  const answers = await ask(
    teacher,
    rows.map(({ input }) => ({ input, sample: 0 })),
    context,
  );
  const measured = measureBaseline({ name: teacher.name, rows, answers, price, declared: options.declared });
  await outputs.json("baseline.json", measured);
  await outputs.json("ledger.json", writeLedger({ name: teacher.name, answers, price }));
}
