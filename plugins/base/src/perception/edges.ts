// This file checks that a model which is run as it stands has the inputs and outputs its base names.
import { KolmError } from "@kolm/format";
import { decodeModel, type Graph } from "@kolm/onnx";

export type Edges = { readonly inputs: readonly string[]; readonly outputs: readonly string[] };

/** The decoded graph; KolmError BASE_UNFIT or BASE_MALFORMED, placed at the file. */
export function checkEdges(model: Uint8Array, path: string, { inputs, outputs }: Edges): Graph {
  const graph = decoded(model, path);
  const given = graph.inputs.filter(({ name }) => !graph.initializers.has(name));
  for (const [kind, wanted, present] of [
    ["input", inputs, given],
    ["output", outputs, graph.outputs],
  ] as const) {
    const missing = wanted.find((name) => !present.some((one) => one.name === name));
    if (missing !== undefined)
      throw unfit(path, `has no ${kind} "${missing}"; it has ${present.map(({ name }) => name).join(", ")}`);
    const wrong = present.find(({ name, type }) => wanted.includes(name) && type !== "float32");
    if (wrong) throw unfit(path, `has ${wrong.type} at its ${kind} "${wrong.name}", float32 is needed`);
  }
  const unfed = given.find(({ name }) => !inputs.includes(name));
  if (unfed) throw unfit(path, `has the input "${unfed.name}", which nothing feeds`);
  return graph;
}

/** Length of the vector at an output, undefined where the graph leaves it open. */
export function lengthAt({ outputs }: Graph, name: string): number | undefined {
  const last = outputs.find((one) => one.name === name)?.dims.at(-1);
  return typeof last === "number" ? last : undefined;
}

function decoded(model: Uint8Array, path: string): Graph {
  try {
    return decodeModel(model);
  } catch (cause) {
    throw new KolmError("BASE_MALFORMED", `${path} is no ONNX model that can be read`, {
      hint: "Export it as one self-contained fp32 ONNX file, without external data.",
      place: { file: path },
      cause,
    });
  }
}

export function unfit(path: string, found: string): KolmError {
  return new KolmError("BASE_UNFIT", `${path} ${found}`, {
    hint: "Correct the names under bases in kolm.workspace.yaml, or export the model again.",
    place: { file: path },
  });
}
