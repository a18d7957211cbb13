// This file fits a user's own ONNX encoder to the form every base has: ids and mask in, token vectors and unit text vectors out.
import { KolmError } from "@kolm/format";
import {
  attr,
  type DataType,
  decodeModel,
  type Graph,
  GraphBuilder,
  importModel,
  inferShapes,
  type Node,
} from "@kolm/onnx";
import type { FileBase } from "./options.ts";
import type { ImageBase } from "./perception/image-options.ts";
import { meanOverTokens, unitVector } from "./pooling.ts";
import { pathOf } from "./source.ts";

/**
 * Imports the graph, renames inputs and outputs, feeds zeros to token types, averages tokens where there is no pooled output.
 * KolmError BASE_UNFIT where names or types do not fit; what importModel refuses is placed at the file.
 */
export function adaptEncoder(model: Uint8Array, options: FileBase): Graph {
  const graph = imported(model, options);
  const feeds = feedsOf(graph, options);
  checkOutputs(graph, options);
  const { names, hidden } = options;
  const rename = renaming(feeds, options);
  const builder = new GraphBuilder(graph.name, graph.opsets);
  builder.input("ids", "int64", ["batch", "tokens"]);
  builder.input("mask", "int64", ["batch", "tokens"]);
  for (const [name, tensor] of graph.initializers) builder.initializer(rename(name), tensor);
  if (names.types !== undefined) builder.node("Sub", ["ids", "ids"], {}, { outputs: ["base.zeros"] });
  for (const { own, ours, type } of feeds)
    builder.node("Cast", [ours], { to: attr.int(TYPE_CODES[type]) }, { outputs: [rename(own)] });
  for (const node of graph.nodes) builder.append(renamed(node, rename));
  unitVector(builder, names.pooled === undefined ? meanOverTokens(builder) : rename(names.pooled));
  builder.output("tokens", "float32", ["batch", "tokens", hidden]);
  builder.output("pooled", "float32", ["batch", hidden]);
  return builder.build();
}

/**
 * The text half of a pair: its output at length 1, as "pooled"; the graph stays as exported. KolmError BASE_UNFIT.
 * A mask it does not read may be missing.
 */
export function adaptPairedText(model: Uint8Array, { source, names }: NonNullable<ImageBase["text"]>): Graph {
  const graph = decodeModel(model);
  const own = { source, names: { ids: names.ids, mask: names.mask, tokens: "" } };
  const hasMask = graph.inputs.some(({ name }) => name === names.mask);
  const feeds = feedsOf(graph, own, hasMask ? ["ids", "mask"] : ["ids"]);
  if (!graph.outputs.some(({ name }) => name === names.output))
    throw unfit(own, `has no output "${names.output}"; its outputs are ${list(graph.outputs)}`);
  const rename = renaming(feeds, own);
  const builder = new GraphBuilder(graph.name, graph.opsets);
  builder.input("ids", "int64", ["batch", "tokens"]);
  builder.input("mask", "int64", ["batch", "tokens"]);
  for (const [name, tensor] of graph.initializers) builder.initializer(rename(name), tensor);
  for (const { own: name, ours, type } of feeds)
    builder.node("Cast", [ours], { to: attr.int(TYPE_CODES[type]) }, { outputs: [rename(name)] });
  for (const node of graph.nodes) builder.append(renamed(node, rename));
  unitVector(builder, rename(names.output));
  builder.output("pooled", "float32", ["batch", "dims"]);
  return builder.build();
}

/** ONNX's numbers of the types an encoder may take (TensorProto.DataType). */
const TYPE_CODES = { float32: 1, int32: 6, int64: 7, bool: 9 } as const;
type Taken = keyof typeof TYPE_CODES;
const isTaken = (type: DataType): type is Taken => type in TYPE_CODES;

/** An input of the user's graph, what of ours feeds it, and the type it takes. */
type Feed = { readonly own: string; readonly ours: string; readonly type: Taken };

/** The user's graph for any batch and length, whatever sizes its inputs were exported with. */
function imported(model: Uint8Array, { source, names }: FileBase): Graph {
  const dims = ["batch", "tokens"];
  const own = [names.ids, names.mask, ...(names.types === undefined ? [] : [names.types])];
  try {
    return importModel(model, { inputs: Object.fromEntries(own.map((name) => [name, dims])) });
  } catch (error) {
    if (!(error instanceof KolmError)) throw error;
    const { code, message, hint } = error;
    const file = pathOf(source);
    throw new KolmError(code, `${file}: ${message}`, { ...(hint && { hint }), cause: error, place: { file } });
  }
}

/** What of a base's options the edges of its graph are checked by. */
type Named = { readonly source: string; readonly names: FileBase["names"] };

function feedsOf({ inputs }: Graph, options: Named, fed: readonly ("ids" | "mask")[] = ["ids", "mask"]): Feed[] {
  const { names } = options;
  const wanted: (readonly [string, string])[] = fed.map((name) => [names[name], name]);
  if (names.types !== undefined) wanted.push([names.types, "base.zeros"]);
  const feeds = wanted.map(([own, ours]) => {
    const input = inputs.find((one) => one.name === own);
    if (!input) throw unfit(options, `has no input "${own}"; its inputs are ${list(inputs)}`);
    if (!isTaken(input.type))
      throw unfit(
        options,
        `takes ${input.type} at its input "${own}"; it may take ${Object.keys(TYPE_CODES).join(", ")}`,
      );
    return { own, ours, type: input.type };
  });
  const unfed = inputs.filter(({ name }) => !feeds.some(({ own }) => own === name));
  if (unfed.length > 0) throw unfit(options, `has inputs that nothing feeds: ${list(unfed)}`);
  return feeds;
}

function checkOutputs(graph: Graph, options: FileBase): void {
  const { names, hidden } = options;
  const shapes = inferShapes(graph);
  for (const name of [names.tokens, ...(names.pooled === undefined ? [] : [names.pooled])]) {
    const output = graph.outputs.find((one) => one.name === name);
    if (!output) throw unfit(options, `has no output "${name}"; its outputs are ${list(graph.outputs)}`);
    if (output.type !== "float32")
      throw unfit(options, `gives ${output.type} at its output "${name}", float32 is needed`);
    const dims = shapes.dims(name);
    const last = dims.at(-1);
    if (typeof last === "number" && last !== hidden)
      throw unfit(options, `gives vectors of length ${last} at "${name}", hidden says ${hidden}`);
    const running = name === names.tokens ? 2 : 1;
    if (dims.length !== running + 1 || dims.slice(0, running).some((dim) => typeof dim === "number"))
      throw unfit(options, `gives [${dims.join(",")}] at "${name}", whatever batch and length it is given`);
  }
}

function unfit({ source }: Pick<Named, "source">, found: string): KolmError {
  const file = pathOf(source);
  return new KolmError("BASE_UNFIT", `${file} ${found}`, {
    hint: "Export the encoder in fp32 with dynamic batch and length at operator set 11 or later, and write its input and output names under names: of the base.",
    place: { file },
  });
}

const list = (values: readonly { readonly name: string }[]): string =>
  values.map(({ name }) => name).join(", ") || "none";

const RESERVED: ReadonlySet<string> = new Set(["ids", "mask", "tokens", "pooled"]);

/** Old name → new name; a value of the user's that happens to bear one of our names steps aside. */
function renaming(feeds: readonly Feed[], { names }: Named): (name: string) => string {
  const wanted = new Map(feeds.map(({ own }) => [own, `inner/${own}`]));
  wanted.set(names.tokens, "tokens");
  return (name) => wanted.get(name) ?? (RESERVED.has(name) || name.startsWith("base.") ? `inner/${name}` : name);
}

function renamed(node: Node, rename: (name: string) => string): Node {
  const all = (names: readonly string[]): string[] => names.map((name) => (name === "" ? "" : rename(name)));
  return { ...node, inputs: all(node.inputs), outputs: all(node.outputs) };
}
