// This file reads just enough of the workspace's YAML to shape the graph; the spec stage does the checking.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { WORKSPACE_FILE, yamlSections } from "@kolm/stage";

type Sections = Readonly<Record<string, unknown>>;

/** What the graph needs to know of the workspace. */
export type Outline = { readonly bases: Sections; readonly defaults: Sections };

/** Reads kolm.workspace.yaml leniently: a broken file gives an empty outline, and the spec stage says what is wrong. */
export async function readOutline(root: string): Promise<Outline> {
  const { bases, defaults } = await readSections(join(root, WORKSPACE_FILE));
  return { bases: sectionOf(bases), defaults: sectionOf(defaults) };
}

/** A task's sections over the defaults, unchecked. */
export async function readTaskOutline(root: string, name: string, outline: Outline): Promise<Sections> {
  const sections = await readSections(join(root, "tasks", name, "task.yaml"));
  const merged = Object.entries(outline.defaults).map(([key, under]) => [
    key,
    { ...sectionOf(under), ...sectionOf(sections[key]) },
  ]);
  return { ...sections, ...Object.fromEntries(merged) };
}

/** The base a task stands on: its own `base`, else the first of the workspace that reads text. */
export function baseNameOf(sections: Sections, outline: Outline): string | undefined {
  const named = sections["base"];
  const isText = (name: string): boolean => (sectionOf(outline.bases[name])["modality"] ?? "text") === "text";
  return typeof named === "string" ? named : Object.keys(outline.bases).find(isText);
}

async function readSections(path: string): Promise<Sections> {
  return yamlSections(await readFile(path, "utf8").catch(() => ""));
}

function sectionOf(value: unknown): Sections {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Sections) : {};
}
