// This file says which member names exist, in which order they stand. SPEC.md §2.2.
import { refuse } from "../verdict.ts";
import type { Refusal } from "../verdict.ts";

/** Kinds of layers in chain order. */
export const LAYER_KINDS = ["model", "adapter", "recipes", "recall", "verifier", "docs"] as const;
export type LayerKind = (typeof LAYER_KINDS)[number];

/** The members every artifact starts with. */
export const FRONT = ["mimetype", "manifest.json", "receipt/bundle.json", "index/chunks.bin"] as const;

const NAME = /^[a-z0-9][a-z0-9._-]{0,62}(?:\/[a-z0-9][a-z0-9._-]{0,62}){0,3}$/;
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/;
const SEAL = /^seal\/(?:anchor\.tlog-proof|bundle-[0-9a-f]{16}\.json|att-[0-9]{2}\.json|oms\.sig|time\.tsr)$/;

/** Refuses the first name that is malformed, repeated, unknown or out of place. */
export function checkNames(paths: readonly string[]): Refusal | undefined {
  const seen = new Set<string>();
  for (const path of paths) {
    const fault = nameFault(path);
    if (fault !== undefined) return refuse("E_NAME", path, `The member name ${quote(path)} ${fault}.`);
  }
  for (const path of paths) {
    if (seen.has(path)) return refuse("E_DUP", path, `Two members are named ${quote(path)}.`);
    seen.add(path);
  }
  return checkSeals(paths) ?? checkOrder(paths);
}

/** What is wrong with a name, as a clause; undefined when it is allowed on every system. */
export function nameFault(path: string): string | undefined {
  if (!NAME.test(path)) return "is not made of lower-case ASCII words joined by /";
  for (const component of path.split("/")) {
    if (DEVICE.test(component)) return "is a device name on Windows";
    if (component.endsWith(".")) return "has a part that ends in a dot";
  }
  return undefined;
}

/** Order by UTF-16 code units, the same on every machine and in every language. */
export function compareCodeUnits(left: string, right: string): number {
  return left < right ? -1 : left > right ? 1 : 0;
}

function checkSeals(paths: readonly string[]): Refusal | undefined {
  const stranger = paths.find((path) => path.startsWith("seal/") && !SEAL.test(path));
  return stranger === undefined
    ? undefined
    : refuse("E_SEAL_NAME", stranger, `${stranger} is not a seal that RS-1 knows.`);
}

function checkOrder(paths: readonly string[]): Refusal | undefined {
  for (const [at, expected] of FRONT.entries()) {
    const found = paths[at] ?? "nothing";
    if (found !== expected) return refuse("E_ORDER", found, `Member ${at} is ${found}, it must be ${expected}.`);
  }
  for (const [at, path] of paths.entries()) {
    if (at < FRONT.length) continue;
    if (zone(path) < 0) return refuse("E_ORDER", path, `${path} stands in no place that RS-1 has.`);
    const before = paths[at - 1] ?? "";
    const order = zone(before) - zone(path) || compareCodeUnits(before, path);
    if (order > 0) return refuse("E_ORDER", path, `${path} must stand before ${before}.`);
  }
  return undefined;
}

function zone(path: string): number {
  const [top, kind, name] = path.split("/");
  if (top === "seal" && kind !== undefined) return LAYER_KINDS.length;
  if (top !== "layers" || name === undefined) return -1;
  return LAYER_KINDS.findIndex((known) => known === kind);
}

function quote(path: string): string {
  return JSON.stringify(path.length > 80 ? `${path.slice(0, 80)}…` : path);
}
