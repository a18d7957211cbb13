// This file makes a new task folder that compiles once its rows are written.
import { type Tree } from "@nx/devkit";
import { KolmError } from "@kolm/format";
import { TaskName } from "@kolm/stage";

type Options = { readonly name: string; readonly labels?: string };

/** nx g @kolm/nx:task <name>; KolmError TASK_NAME or TASK_EXISTS. */
export async function taskGenerator(tree: Tree, { name, labels = "yes,no" }: Options): Promise<void> {
  const checked = TaskName.safeParse(name);
  if (!checked.success)
    throw new KolmError("TASK_NAME", `"${name}" cannot name a task`, { hint: "Use lower-case letters, digits and -." });
  if (tree.exists(`tasks/${name}`))
    throw new KolmError("TASK_EXISTS", `tasks/${name} is there already`, {
      hint: "Choose another name or edit that task.",
    });
  const values = labels.split(",").map((label) => label.trim());
  tree.write(`tasks/${name}/task.yaml`, taskYaml(name, values));
  tree.write(`tasks/${name}/examples.jsonl`, rows(values, "An example of"));
  tree.write(`tasks/${name}/evals.jsonl`, rows(values, "A held-out input for"));
  tree.write(`tasks/${name}/README.md`, readme(name));
}

function taskYaml(name: string, values: readonly string[]): string {
  return `# yaml-language-server: $schema=../../node_modules/@kolm/nx/task-file.schema.json
name: ${name}
version: 1.0.0
description: Say in a sentence or two what the task does and for whom; the teacher reads this.
output:
  label:
    type: enum
    values: [${values.join(", ")}]
examples: examples.jsonl
evals: evals.jsonl
teacher:
  provider: labels
gate:
  k: 0.7
  accuracy: 0.8
`;
}

function rows(values: readonly string[], words: string): string {
  return values
    .map((label) => `${JSON.stringify({ input: `${words} ${label}: replace this line.`, output: { label } })}\n`)
    .join("");
}

function readme(name: string): string {
  return `# ${name}

1. Say in \`task.yaml\` what the task answers.
2. Write rows into \`examples.jsonl\` (the student learns from them: 10 or more a label) and others into \`evals.jsonl\` (never shared with examples).
3. \`npx kolm compile ${name}\`
`;
}
