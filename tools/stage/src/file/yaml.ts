// This file reads a YAML file against a zod schema and turns every complaint into file:line:column with the fix.
import { KolmError, type Place } from "@kolm/format";
import { isMap, isScalar, LineCounter, parse, parseDocument, type Document } from "yaml";
import { z, type ZodType } from "zod";

export type YamlFile<T> = { readonly value: T; readonly place: (path: readonly PropertyKey[]) => Place };
/** complete lays defaults under what the file says, before it is checked. */
export type Reading<T> = { readonly schema: ZodType<T>; readonly complete?: (raw: unknown) => unknown };
type Issue = z.core.$ZodIssue;
type Located = { readonly document: Document; readonly lines: LineCounter; readonly file: string };

/** Parses and checks; KolmError YAML_SYNTAX or SCHEMA lists every complaint, each with its place. */
export function parseYaml<T>(text: string, file: string, { schema, complete = (raw) => raw }: Reading<T>): YamlFile<T> {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, strict: true, uniqueKeys: true });
  const located = { document, lines, file };
  const broken = document.errors[0];
  if (broken) {
    const { line, col } = lines.linePos(broken.pos[0]);
    throw new KolmError("YAML_SYNTAX", firstLine(broken.message), {
      place: { file, line, column: col },
      hint: "Fix the YAML at this place; indentation is two spaces, and text with ': ' or '#' needs quotes.",
    });
  }
  const checked = schema.safeParse(complete(document.toJS({ maxAliasCount: 100 })));
  if (checked.success) return { value: checked.data, place: (path) => placeOf(located, path) };
  throw schemaError(checked.error.issues, located, schema);
}

/** The top-level sections of a YAML text, unchecked; a broken one has none. */
export function yamlSections(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = parse(text, { logLevel: "silent" });
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    return {};
  }
}

function schemaError(issues: readonly Issue[], located: Located, schema: ZodType): KolmError {
  const flat = issues.flatMap(deepest);
  const [first, ...rest] = flat.map((issue) => describe(issue, located, schema));
  if (!first) throw new Error("a failed parse has at least one issue");
  const others = rest
    .map(({ message, place }) => `\n  ${place.file}:${place.line}:${place.column} ${message}`)
    .join("");
  return new KolmError("SCHEMA", first.message + others, {
    place: first.place,
    ...(first.hint === undefined ? {} : { hint: first.hint }),
  });
}

/** A union reports every branch; the branch that got furthest says what the author meant. */
function deepest(issue: Issue): Issue[] {
  if (issue.code !== "invalid_union" || issue.errors.length === 0) return [issue];
  const depth = (branch: readonly Issue[]): number => Math.max(...branch.map((one) => one.path.length));
  const branches = [...issue.errors].sort((a, b) => depth(b) - depth(a) || a.length - b.length);
  return (branches[0] ?? []).flatMap((one) => deepest({ ...one, path: [...issue.path, ...one.path] }));
}

function describe(issue: Issue, located: Located, schema: ZodType): { message: string; place: Place; hint?: string } {
  const where = issue.path.length === 0 ? "the file" : issue.path.join(".");
  if (issue.code === "unrecognized_keys") {
    const key = issue.keys[0] ?? "";
    const known = keysAt(schema, issue.path);
    const near = nearest(key, known);
    const hint = near
      ? `Did you mean "${near}"?`
      : known.length > 0
        ? `Known keys here: ${known.join(", ")}.`
        : undefined;
    return {
      message: `${where} has the unknown key "${key}"`,
      place: placeOf(located, [...issue.path, key], true),
      ...(hint === undefined ? {} : { hint }),
    };
  }
  const found = foundAt(located, issue.path);
  const hint = "Change this value; an editor with the YAML schema of the first line shows what is allowed.";
  return { message: `${where}: ${lowerFirst(issue.message)}${found}`, place: placeOf(located, issue.path), hint };
}

function foundAt({ document }: Located, path: readonly PropertyKey[]): string {
  const node = document.getIn(path.map(String), true) ?? document.getIn(path as string[], true);
  if (node === undefined) return " (missing)";
  return isScalar(node) ? `, found ${JSON.stringify(node.value)}` : "";
}

/** The place of the value at path, of the key itself when asked, or of the nearest ancestor that exists. */
function placeOf({ document, lines, file }: Located, path: readonly PropertyKey[], ofKey = false): Place {
  for (let length = path.length; length >= 0; length--) {
    const offset = offsetAt(document, path.slice(0, length), ofKey && length === path.length);
    if (offset !== undefined) {
      const { line, col } = lines.linePos(offset);
      return { file, line, column: col };
    }
  }
  return { file, line: 1, column: 1 };
}

function offsetAt(document: Document, path: readonly PropertyKey[], ofKey: boolean): number | undefined {
  if (ofKey) {
    const parent = path.length === 1 ? document.contents : document.getIn(path.slice(0, -1), true);
    const pair = isMap(parent)
      ? parent.items.find((item) => isScalar(item.key) && item.key.value === path.at(-1))
      : undefined;
    return pair && isScalar(pair.key) ? pair.key.range?.[0] : undefined;
  }
  const node = path.length === 0 ? document.contents : document.getIn(path, true);
  // yaml nodes carry [start, valueEnd, nodeEnd]; getIn is typed unknown.
  return (node as { range?: [number, number, number] } | undefined)?.range?.[0];
}

/** Known keys of the object schema at path, through the wrappers zod puts around it. */
function keysAt(schema: ZodType, path: readonly PropertyKey[]): string[] {
  const json = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
  let node: JsonSchema | undefined = json;
  for (const step of path) node = node && childOf(node, String(step));
  return node ? [...new Set(branchesOf(node).flatMap((branch) => Object.keys(branch.properties ?? {})))] : [];
}

type JsonSchema = {
  properties?: Record<string, JsonSchema>;
  additionalProperties?: JsonSchema;
  items?: JsonSchema;
  anyOf?: JsonSchema[];
  oneOf?: JsonSchema[];
};

function branchesOf(node: JsonSchema): JsonSchema[] {
  return [node, ...(node.anyOf ?? []), ...(node.oneOf ?? [])];
}

function childOf(node: JsonSchema, step: string): JsonSchema | undefined {
  for (const branch of branchesOf(node)) {
    const child = branch.properties?.[step] ?? branch.additionalProperties ?? branch.items;
    if (child) return child;
  }
  return undefined;
}

/** The known word within two edits, if any (Levenshtein distance). */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const ranked = known.map((candidate) => ({
    candidate,
    distance: distance(word.toLowerCase(), candidate.toLowerCase()),
  }));
  const best = ranked.sort((a, b) => a.distance - b.distance)[0];
  return best && best.distance <= Math.max(2, Math.floor(word.length / 4)) ? best.candidate : undefined;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(
        (row[j] ?? 0) + 1,
        (next[j - 1] ?? 0) + 1,
        (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      );
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

const firstLine = (text: string): string => (text.split("\n")[0] ?? text).replace(/ at line \d+, column \d+:?$/, "");
const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1);
