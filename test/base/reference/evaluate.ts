// This file walks the model's own list of nodes for a batch of token ids.
import { type Dense, readModel, type TfModel } from "./model.ts";
import { OPERATIONS } from "./operations.ts";

const TOKENS =
  "module_apply_default/Encoder_en/KonaTransformer/Encode/TransformerStack/Layer_1/TransformerLayer/FFN/layer_postprocess/add";
const POOLED = "module_apply_default/Encoder_en/hidden_layers/l2_normalize";

export type Reference = (idLists: readonly (readonly number[])[]) => { readonly tokens: Dense; readonly pooled: Dense };

/** An evaluation of the original graph; tokens is [batch, longest, 512], pooled [batch, 512]. */
export function openReference(): Reference {
  const model = readModel();
  return (idLists) => {
    const places = idLists.flatMap((ids, row) => ids.map((_, column) => [row, column]));
    const values = evaluate(model, {
      indices: { dims: [places.length, 2], data: Float64Array.from(places.flat()) },
      values: { dims: [places.length], data: Float64Array.from(idLists.flat()) },
    });
    return { tokens: read(values, TOKENS), pooled: read(values, POOLED) };
  };
}

function evaluate({ nodes, constants }: TfModel, feeds: Readonly<Record<string, Dense>>): ReadonlyMap<string, Dense> {
  const values = new Map<string, Dense>([...constants, ...Object.entries(feeds)]);
  const ready = (input: string): boolean => values.has(input) || values.has(input.replace(/:0$/, ""));
  let waiting = nodes.filter((node) => !values.has(node.name));
  while (waiting.length > 0) {
    const next = waiting.filter((node) => (node.input ?? []).every(ready));
    if (next.length === 0)
      throw new Error(`no input for ${waiting.map((node) => `${node.op} ${node.name}`).join(", ")}`);
    for (const node of next) {
      const operation = OPERATIONS[node.op];
      if (!operation) throw new Error(`no rule for ${node.op}`);
      const [first, ...rest] = (node.input ?? []).map((input) => read(values, input));
      const result = operation([first as Dense, ...rest], node);
      const outputs = "dims" in result ? [result] : result;
      for (const [index, output] of outputs.entries())
        values.set(index === 0 ? node.name : `${node.name}:${index}`, output);
    }
    waiting = waiting.filter((node) => !values.has(node.name));
  }
  return values;
}

function read(values: ReadonlyMap<string, Dense>, name: string): Dense {
  const value = values.get(name) ?? values.get(name.replace(/:0$/, ""));
  if (!value) throw new Error(`${name} has no value`);
  return value;
}
