// This file says which bases of the workspace a task stands on, and that each is of the kind its place needs.
import { KolmError } from "@kolm/format";
import type { Stage } from "../contract.ts";
import type { TaskFile } from "./task-file.ts";
import { WORKSPACE_FILE } from "./workspace.ts";
import type { WorkspaceFile } from "./workspace-file.ts";
import type { YamlFile } from "./yaml.ts";

/** The base that reads the task's text. */
export function baseOf(task: YamlFile<TaskFile>, { bases }: WorkspaceFile): string | null {
  const texts = Object.keys(bases).filter((name) => modalityOf(bases[name]) === "text");
  const base = task.value.base ?? texts[0];
  if (base === undefined || texts.includes(base)) return base ?? null;
  const found = Object.hasOwn(bases, base) ? `reads ${modalityOf(bases[base])}, not text` : "is not listed";
  throw new KolmError("BASE_UNKNOWN", `base is "${base}", which ${found} in ${WORKSPACE_FILE}`, {
    place: task.place(["base"]),
    hint: `Bases there that read text: ${texts.join(", ") || "none"}.`,
  });
}

/** Bases that sections name beside the task's own, each of the modality that is its role. */
export function checkBases(stages: readonly Stage[], task: YamlFile<TaskFile>, { bases }: WorkspaceFile): void {
  for (const { section, bases: named } of stages) {
    const options = task.value[section];
    if (named === undefined || typeof options !== "object" || options === null) continue;
    // A section's own schema has made an object of it.
    for (const [role, name] of Object.entries(named(options as Readonly<Record<string, unknown>>))) {
      const fitting = Object.keys(bases).filter((one) => modalityOf(bases[one]) === role);
      if (fitting.includes(name)) continue;
      throw new KolmError("BASE_UNKNOWN", `${section}.${role} names the base "${name}", which is none of ${role}`, {
        place: task.place([section, role]),
        hint: `Bases of ${WORKSPACE_FILE} that read ${role}: ${fitting.join(", ") || "none"}.`,
      });
    }
  }
}

const modalityOf = (base: unknown): string => (base as { modality?: string } | null)?.modality ?? "text"; // else its schema says
