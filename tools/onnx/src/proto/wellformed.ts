// This file refuses graphs whose values are not each made once, before they are read.
import { KolmError } from "@kolm/format";
import { describe } from "../build/attributes.ts";
import type { Graph, Node } from "../graph.ts";

/** KolmError ONNX_MALFORMED names the value and the node that make a graph impossible to run in order. */
export function checkWellFormed({ inputs, initializers, nodes, outputs }: Graph): void {
  const made = new Set<string>();
  for (const name of [...inputs.map((input) => input.name), ...initializers.keys()]) {
    if (name === "" || made.has(name)) throw impossible(`value ${JSON.stringify(name)} is unnamed or given twice`);
    made.add(name);
  }
  for (const node of nodes) {
    for (const input of node.inputs) {
      if (input !== "" && !made.has(input))
        throw impossible(`${describe(node)} reads ${JSON.stringify(input)} before any node makes it`);
    }
    addOutputs(node, made);
  }
  const seen = new Set<string>();
  for (const { name } of outputs) {
    if (!made.has(name) || seen.has(name))
      throw impossible(`output ${JSON.stringify(name)} is made by no node, or listed twice`);
    seen.add(name);
  }
}

function addOutputs(node: Node, made: Set<string>): void {
  if ((node.outputs[0] ?? "") === "") throw impossible(`${describe(node)} has no output`);
  for (const output of node.outputs) {
    if (output === "") continue;
    if (made.has(output)) throw impossible(`${describe(node)} makes ${JSON.stringify(output)} a second time`);
    made.add(output);
  }
}

function impossible(found: string): KolmError {
  return new KolmError("ONNX_MALFORMED", found, { hint: "Export the model again; the file is damaged." });
}
