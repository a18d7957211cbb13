// This file reads the programs a teacher wrote, strictly: what is not a well-formed program of the field is refused by name.
import { type Contract, type Field, KolmError } from "@kolm/format";
import { compilePack, Gives, LIMITS, Node, type Recipe } from "@kolm/recipe";
import { z } from "zod";

const Row = z.object({
  field: z.string(),
  by: z.string(),
  seen: z.array(z.string()),
  text: z.string().optional(),
  note: z.string().optional(),
});

/** Fields that a recipe can decide. */
export type Decidable = Extract<Field, { readonly type: Gives }>;

export function isDecidable(field: Field): field is Decidable {
  return Gives.safeParse(field.type).success;
}

/** A program by a teacher for one field; seen: ids of the answers it was written from. */
export type Candidate = {
  readonly field: string;
  readonly author: `teacher ${string}`;
  readonly seen: ReadonlySet<string>;
  readonly nodes: readonly Node[];
};

/** Why a reply is no program: nothing came; too long, too deep; no JSON; a key of objects; not the language; a value beyond the field. */
export type RefusalName = "none" | "tooLong" | "tooDeep" | "notJson" | "badKey" | "notLanguage" | "beyondField";
/** A reply that was refused; detail is in our words. */
export type Refusal = {
  readonly field: string;
  readonly author: `teacher ${string}`;
  readonly refused: RefusalName;
  readonly detail: string;
};
export type Candidates = { readonly programs: readonly Candidate[]; readonly refusals: readonly Refusal[] };

export const NO_CANDIDATES: Candidates = { programs: [], refusals: [] };

/** UTF-16 units and levels of one program. */
const LONGEST = 65_536;
const DEEPEST = 8;
const DETAIL = 300;

/** Reads candidates.jsonl; KolmError CANDIDATES_INVALID where a line is not what the teach stage writes. */
export function readCandidates(text: string, file: string, contract: Contract): Candidates {
  const lines = text.split("\n").flatMap((line, index) => (line === "" ? [] : [rowOf(line, file, index + 1)]));
  const programs: Candidate[] = [];
  const refusals: Refusal[] = [];
  for (const { field, by, seen, text: program, note } of lines) {
    const author = `teacher ${by}` as const;
    const read =
      program === undefined
        ? refuse("none", note ?? "no program came")
        : readProgram(program, field, Object.hasOwn(contract.output, field) ? contract.output[field] : undefined);
    if (read.ok) programs.push({ field, author, seen: new Set(seen), nodes: read.nodes });
    else refusals.push({ field, author, refused: read.refused, detail: ourWords(read.detail) });
  }
  return { programs, refusals };
}

function rowOf(line: string, file: string, number: number): z.infer<typeof Row> {
  try {
    return Row.parse(JSON.parse(line));
  } catch (cause) {
    throw new KolmError("CANDIDATES_INVALID", "not a candidate program", {
      place: { file, line: number },
      hint: "Run the teach stage again.",
      cause,
    });
  }
}

/** Messages quote what they found; nothing of a refused reply goes into the report. */
function ourWords(detail: string): string {
  return detail.replace(/"(?:[^"\\]|\\.)*"/g, "…").slice(0, DETAIL);
}

type Refused = { readonly ok: false; readonly refused: RefusalName; readonly detail: string };
type Read = { readonly ok: true; readonly nodes: readonly Node[] } | Refused;
const refuse = (refused: RefusalName, detail: string): Refused => ({ ok: false, refused, detail });

function readProgram(text: string, name: string, field: Field | undefined): Read {
  if (field === undefined || !isDecidable(field))
    return refuse("beyondField", "the task has no such field for programs");
  if (text.length > LONGEST) return refuse("tooLong", `${text.length} characters, at most ${LONGEST} are read`);
  const depth = depthOf(text);
  if (depth > DEEPEST) return refuse("tooDeep", `${depth} levels, a program has at most ${DEEPEST}`);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse("notJson", "the text is not JSON, or more than JSON");
  }
  if (Array.isArray(value) && value.length > LIMITS.nodes)
    return refuse("notLanguage", `${value.length} nodes, at most ${LIMITS.nodes} are allowed`);
  const key = foreignKey(value);
  if (key !== undefined) return refuse("badKey", `the key ${key}`);
  const parsed = z.array(Node).min(1).max(LIMITS.nodes).safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return refuse(
      "notLanguage",
      `nodes${issue?.path.map((part) => `.${String(part)}`).join("") ?? ""}: ${issue?.message ?? ""}`,
    );
  }
  try {
    compilePack([recipeOf("candidate", name, field, parsed.data)]);
  } catch (error) {
    if (error instanceof KolmError) return refuse("notLanguage", error.message);
    throw error;
  }
  const beyond = beyondField(parsed.data, field);
  return beyond === undefined ? { ok: true, nodes: parsed.data } : refuse("beyondField", beyond);
}

/** The recipe of a program for a field. */
export function recipeOf(id: string, name: string, field: Decidable, nodes: readonly Node[]): Recipe {
  return { id, field: name, gives: field.type, nodes: [...nodes] };
}

/** Levels of lists and objects, counted before anything is built from the text. */
function depthOf(text: string): number {
  let [depth, deepest, quoted] = [0, 0, false];
  for (let at = 0; at < text.length; at++) {
    const char = text.charAt(at);
    if (quoted && char === "\\") at++;
    else if (char === '"') quoted = !quoted;
    else if (!quoted && (char === "[" || char === "{")) deepest = Math.max(deepest, ++depth);
    else if (!quoted && (char === "]" || char === "}")) depth--;
  }
  return deepest;
}

const FOREIGN: readonly string[] = ["__proto__", "constructor", "prototype"];

function foreignKey(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  for (const [key, inner] of Object.entries(value)) {
    const found = FOREIGN.includes(key) ? key : foreignKey(inner);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A value or label that the field does not have; enum programs end in values written out, so that all can be looked through. */
function beyondField(nodes: readonly Node[], field: Field): string | undefined {
  if (field.type === "spans") {
    const label = nodes
      .flatMap((node) => (node.op === "label" ? [node.label] : []))
      .find((one) => !field.labels.includes(one));
    return label === undefined ? undefined : "a label that the field does not have";
  }
  if (field.type !== "enum") return undefined;
  const values = valuesGiven(nodes, nodes.length - 1);
  if (values === undefined) return "the value of an enum field must be one of texts written out, not computed";
  return values.every((value) => field.values.includes(value)) ? undefined : "a value that the field does not have";
}

/** Every value that a node can give; undefined where it is computed. */
function valuesGiven(nodes: readonly Node[], at: number): readonly string[] | undefined {
  const node = nodes[at];
  const all = (refs: readonly number[]): readonly string[] | undefined => {
    const parts = refs.map((ref) => valuesGiven(nodes, ref));
    return parts.some((part) => part === undefined) ? undefined : parts.flatMap((part) => part ?? []);
  };
  switch (node?.op) {
    case "text":
      return [node.value];
    case "lookup":
      return node.table.map(([, value]) => value);
    case "abstain":
      return [];
    case "when":
      return all([node.give]);
    case "if":
      return all([node.give, node.else]);
    case "first":
      return all(node.of);
    default:
      return undefined;
  }
}
