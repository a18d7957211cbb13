// This file decodes an ONNX model file into a Graph, refusing what the rest of the package cannot hold.
import { KolmError } from "@kolm/format";
import type { Attribute, Dim, Graph, Node, Tensor, ValueType } from "../graph.ts";
import { readAttribute } from "./attribute.ts";
import { Reader, malformed } from "./reader.ts";
import { dataTypeOf, readTensor } from "./tensor.ts";
import { checkWellFormed } from "./wellformed.ts";

type Parts = {
  name: string;
  nodes: Node[];
  initializers: Map<string, Tensor>;
  inputs: ValueType[];
  outputs: ValueType[];
};

/**
 * The main graph of a serialised ModelProto (onnx.proto, IR 3 and later); constants are views over bytes.
 * Throws KolmError for malformed bytes, values read before they are made, external data, functions, subgraphs, sparse
 * tensors and non-tensor values.
 */
export function decodeModel(bytes: Uint8Array): Graph {
  // A Buffer's slice aliases; a plain Uint8Array over the same memory has standard semantics.
  const reader = new Reader(new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const opsets = new Map<string, number>();
  let parts: Parts | undefined;
  while (reader.next()) {
    if (reader.field === 7) {
      if (parts !== undefined) throw malformed("two main graphs");
      parts = readGraph(reader.message());
    } else if (reader.field === 8) {
      const [domain, version] = readOpset(reader.message());
      opsets.set(domain, version);
    } else if (reader.field === 25) refuseFunction(reader.message());
    else reader.skip();
  }
  if (parts === undefined) throw malformed("there is no graph in it");
  if (opsets.size === 0) throw malformed("it names no operator set");
  // IR 3 lists initializers among the inputs; an overridable constant is a constant here.
  const { initializers } = parts;
  const graph = {
    ...parts,
    opsets: Object.fromEntries(opsets),
    inputs: parts.inputs.filter(({ name }) => !initializers.has(name)),
  };
  checkWellFormed(graph);
  return graph;
}

function readOpset(reader: Reader): readonly [string, number] {
  let domain = "";
  let version = 0;
  while (reader.next()) {
    if (reader.field === 1) domain = reader.text();
    else if (reader.field === 2) version = reader.integer();
    else reader.skip();
  }
  return [domain === "ai.onnx" ? "" : domain, version];
}

function refuseFunction(reader: Reader): never {
  let name = "";
  while (reader.next()) {
    if (reader.field === 1) name = reader.text();
    else reader.skip();
  }
  throw new KolmError(
    "ONNX_FUNCTION",
    `the model defines function ${JSON.stringify(name)}; only plain operators are read`,
    {
      hint: "Inline functions before exporting (onnx.inliner.inline_local_functions).",
    },
  );
}

function readGraph(reader: Reader): Parts {
  const parts: Parts = { name: "", nodes: [], initializers: new Map(), inputs: [], outputs: [] };
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        parts.nodes.push(readNode(reader.message(), parts.nodes.length));
        break;
      case 2:
        parts.name = reader.text();
        break;
      case 5: {
        const { name, tensor } = readTensor(reader.message());
        if (name === "" || parts.initializers.has(name))
          throw malformed(`initializer ${JSON.stringify(name)} is unnamed or doubled`);
        parts.initializers.set(name, tensor);
        break;
      }
      case 11:
        parts.inputs.push(readValue(reader.message()));
        break;
      case 12:
        parts.outputs.push(readValue(reader.message()));
        break;
      case 15:
        throw new KolmError("ONNX_SPARSE", "the model holds sparse initializers, which are not read here", {
          hint: "Export dense weights.",
        });
      default:
        reader.skip();
    }
  }
  return parts;
}

function readNode(reader: Reader, index: number): Node {
  let [name, op, domain] = ["", "", ""];
  const inputs: string[] = [];
  const outputs: string[] = [];
  const attributes = new Map<string, Attribute>();
  const where = (): string => `node ${JSON.stringify(name === "" ? `#${index}` : name)}${op === "" ? "" : ` (${op})`}`;
  while (reader.next()) {
    switch (reader.field) {
      case 1:
        inputs.push(reader.text());
        break;
      case 2:
        outputs.push(reader.text());
        break;
      case 3:
        name = reader.text();
        break;
      case 4:
        op = reader.text();
        break;
      case 5: {
        const [key, value] = readAttribute(reader.message(), where);
        attributes.set(key, value);
        break;
      }
      case 7:
        domain = reader.text();
        break;
      default:
        reader.skip();
    }
  }
  if (op === "") throw malformed(`node #${index} has no operator`);
  return {
    name,
    op,
    domain: domain === "ai.onnx" ? "" : domain,
    inputs,
    outputs,
    attributes: Object.fromEntries(attributes),
  };
}

function readValue(reader: Reader): ValueType {
  let name = "";
  let value: Omit<ValueType, "name"> | undefined;
  while (reader.next()) {
    if (reader.field === 1) name = reader.text();
    else if (reader.field === 2) value = readType(reader.message(), name);
    else reader.skip();
  }
  if (value === undefined) throw malformed(`value ${JSON.stringify(name)} has no type`);
  return { name, ...value };
}

function readType(reader: Reader, name: string): Omit<ValueType, "name"> {
  let code = 0;
  let dims: Dim[] | undefined;
  while (reader.next()) {
    if (reader.field === 6) {
      reader.skip();
      continue;
    }
    if (reader.field !== 1) throw malformed(`value ${JSON.stringify(name)} is not a dense tensor`);
    const tensor = reader.message();
    while (tensor.next()) {
      if (tensor.field === 1) code = tensor.integer();
      else if (tensor.field === 2) dims = readDims(tensor.message(), name);
      else tensor.skip();
    }
  }
  return { type: dataTypeOf(code, `value ${JSON.stringify(name)}`), dims: dims ?? [] };
}

function readDims(reader: Reader, name: string): Dim[] {
  const dims: Dim[] = [];
  while (reader.next()) {
    if (reader.field !== 1) {
      reader.skip();
      continue;
    }
    const dimension = reader.message();
    let dim: Dim = "";
    while (dimension.next()) {
      if (dimension.field === 1) dim = dimension.integer();
      else if (dimension.field === 2) dim = dimension.text();
      else dimension.skip();
    }
    // A dimension without value or name is unknown: it gets a name of its own.
    if (dim === "" || (typeof dim === "number" && dim < 0)) dim = `${name}.${dims.length}`;
    dims.push(dim);
  }
  return dims;
}
