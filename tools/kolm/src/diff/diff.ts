// This file compares two artifacts: layers, facts, scores, evals, the student's settings.
import { type Artifact, fromUtf8, KolmError, type Manifest } from "@kolm/format";
import { LAYER } from "@kolm/runtime";
import { evalsIn } from "./evals.ts";
import { type Change, changesBetween } from "./leaves.ts";

type Layer = Manifest["layers"][number];
export type LayerChange = {
  readonly path: string;
  readonly state: "same" | "changed" | "added" | "removed";
  /** Bytes on each side. */
  readonly from?: number;
  readonly to?: number;
};

/** What stands in two artifacts; every list is empty where nothing differs, `layers` names all. */
export type Diff = {
  readonly layers: readonly LayerChange[];
  /** Name, version, base and other facts; who signed; what the signer states beside the chain. */
  readonly facts: readonly Change[];
  /** score.json: K, axes, fields, counts. */
  readonly score: readonly Change[];
  /** student.json: labels, temperatures, thresholds. */
  readonly student: readonly Change[];
  readonly evals: { readonly from: number; readonly to: number; readonly shared: number };
};

/** Both must have been verified. */
export async function diffArtifacts(from: Artifact, to: Artifact): Promise<Diff> {
  const [before, after] = [(await evalsIn(from)) ?? [], (await evalsIn(to)) ?? []];
  const inputs = new Set(before.map(({ input }) => input));
  const shared = new Set(after.map(({ input }) => input).filter((input) => inputs.has(input))).size;
  return {
    layers: diffLayers(from.manifest.layers, to.manifest.layers),
    facts: changesBetween(factsOf(from), factsOf(to)),
    score: changesBetween(await json(from, "layers/verifier/score.json"), await json(to, "layers/verifier/score.json")),
    student: changesBetween(await json(from, LAYER.student), await json(to, LAYER.student)),
    evals: { from: before.length, to: after.length, shared },
  };
}

/** Whether anything differs. */
export function isSame({ layers, facts, score, student }: Diff): boolean {
  return layers.every(({ state }) => state === "same") && [facts, score, student].every(({ length }) => length === 0);
}

function diffLayers(from: readonly Layer[], to: readonly Layer[]): readonly LayerChange[] {
  const [before, after] = [byPath(from), byPath(to)];
  // Chain order, those that are gone last.
  const paths = [...new Set([...after.keys(), ...before.keys()])];
  return paths.map((path): LayerChange => {
    const [old, fresh] = [before.get(path), after.get(path)];
    if (old === undefined) return { path, state: "added", ...(fresh === undefined ? {} : { to: fresh.size }) };
    if (fresh === undefined) return { path, state: "removed", from: old.size };
    return { path, state: describes(old) === describes(fresh) ? "same" : "changed", from: old.size, to: fresh.size };
  });
}

/** A layer that is now referenced, or sensitive, is another one. */
function describes({ sha256, mediaType, sensitive, referenced }: Layer): string {
  return JSON.stringify([sha256, mediaType, sensitive ?? false, referenced ?? false]);
}

function byPath(layers: readonly Layer[]): ReadonlyMap<string, Layer> {
  return new Map(layers.map((layer) => [layer.path, layer]));
}

function factsOf({ manifest, receipt, verdict }: Artifact): unknown {
  const { layers: _, format: __, ...facts } = manifest;
  const { chain: ___, artifact: ____, kscore: _____, gate: ______, signer: _______, ...stated } = receipt;
  return { ...facts, ...stated, signer: verdict.signer.kid };
}

async function json(artifact: Artifact, path: string): Promise<unknown> {
  if (!artifact.has(path)) return undefined;
  try {
    return JSON.parse(fromUtf8(await artifact.layer(path)) ?? "");
  } catch (error) {
    if (error instanceof KolmError) throw error;
    return undefined;
  }
}
