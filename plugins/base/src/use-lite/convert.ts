// This file turns the files of the Universal Sentence Encoder Lite package into an encoder graph and a tokenizer.
import type { Graph } from "@kolm/onnx";
import { useLiteGraph } from "./graph.ts";
import { readWeights, shardsOf } from "./tfjs.ts";
import { useLiteTokenizer } from "./tokenizer.ts";
import { nameWeights } from "./weights.ts";

/** Reads dist/model.json, its shards and dist/vocab.json through `read`, which checks each file's pin. */
export async function convertUseLite(
  read: (path: string) => Promise<Uint8Array>,
): Promise<{ graph: Graph; tokenizer: Record<string, unknown> }> {
  const model = parse(await read("dist/model.json"));
  const shards = await Promise.all(shardsOf(model).map((name) => read(`dist/${name}`)));
  const graph = useLiteGraph(nameWeights(readWeights(model, shards)));
  return { graph, tokenizer: useLiteTokenizer(parse(await read("dist/vocab.json"))) };
}

const parse = (bytes: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(bytes));
