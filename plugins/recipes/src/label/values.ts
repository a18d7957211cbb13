// This file treats enum and boolean values alike: as labels, as nodes, as parts of recipe names.
import type { Node } from "@kolm/recipe";
import type { Answer } from "../answers.ts";
import { textHash } from "../evidence/folds.ts";

export type LabelKind = "enum" | "boolean";

/** The value of an answer as text; undefined when the input is out of scope. */
export function labelOf(answer: Answer, field: string): string | undefined {
  const value = answer.output?.get(field);
  return typeof value === "string" || typeof value === "boolean" ? String(value) : undefined;
}

/** The node that gives a value. */
export function valueNode(kind: LabelKind, label: string): Node {
  return kind === "boolean" ? { op: "flag", value: label === "true" } : { op: "text", value: label };
}

/** A label as part of a recipe's name; a short digest keeps labels apart that read alike once simplified. */
export function slug(label: string): string {
  const plain = label
    .toLowerCase()
    .replace(/[^a-z0-9_]+/g, "-")
    .slice(0, 40);
  return plain === label && /^[a-z0-9]/.test(label) ? plain : `v${plain}-${textHash(label).toString(36)}`;
}
