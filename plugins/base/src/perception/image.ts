// This file checks an encoder of pictures and writes it as a base.
import { type ImageBaseFile, ImageForm, type PairedText } from "@kolm/runtime";
import { encodeModel } from "@kolm/onnx";
import type { Context } from "@kolm/stage";
import { adaptPairedText } from "../adapt.ts";
import { readPinned } from "../pinned.ts";
import { pathOf } from "../source.ts";
import { checkEdges, lengthAt, unfit } from "./edges.ts";
import { decimal } from "./decimal.ts";
import type { ImageBase } from "./image-options.ts";

type At = Pick<Context<unknown>, "inputs" | "outputs">;

/** The model is kept byte for byte; KolmError BASE_UNFIT, BASE_MALFORMED, BASE_ALTERED or BASE_MISSING. */
export async function imageBase(options: ImageBase, name: string, at: At): Promise<ImageBaseFile> {
  const { source, labels, text, sha256, licence, input, output, logits } = options;
  const path = pathOf(source);
  const model = await readPinned(source, sha256.model, { ...at, from: options.from });
  const outputs = [output, ...(logits === undefined ? [] : [logits])];
  const graph = checkEdges(model, path, { inputs: [input], outputs });
  if ((logits === undefined) !== (labels === undefined))
    throw unfit(path, logits === undefined ? "has labels, but no logits are named" : "has logits, but no labels file");
  const named =
    labels === undefined ? undefined : await readPinned(labels, sha256.labels, { ...at, from: options.from });
  checkLabels(named, logits === undefined ? undefined : lengthAt(graph, logits), labels);
  const pins = { [path]: sha256.model, ...(labels ? { [pathOf(labels)]: sha256.labels ?? "" } : {}) };
  const paired = text && (await pairOf(options, at));
  return {
    modality: "image",
    name,
    source,
    licence,
    pins: { ...pins, ...paired?.pins },
    form: formOf(options),
    model: await at.outputs.blob(model),
    ...(named ? { labels: await at.outputs.blob(named) } : {}),
    ...(paired ? { text: paired.text } : {}),
  };
}

function formOf({ input, output, logits, size, mean, std, layout, fit }: ImageBase): ImageForm {
  const form = { input, output, size, mean: mean.map(decimal), std: std.map(decimal), layout, fit };
  return ImageForm.parse({ ...form, ...(logits === undefined ? {} : { logits }) });
}

function checkLabels(labels: Uint8Array | undefined, classes: number | undefined, source: string | undefined): void {
  if (labels === undefined || classes === undefined || source === undefined) return;
  const lines = new TextDecoder().decode(labels).trimEnd().split("\n").length;
  if (lines !== classes) throw unfit(pathOf(source), `has ${lines} lines, but the model scores ${classes} classes`);
}

async function pairOf(
  { text, sha256, from }: ImageBase,
  at: At,
): Promise<{ text: PairedText; pins: Record<string, string> } | undefined> {
  if (text === undefined) return undefined;
  const model = await readPinned(text.source, sha256.text, { ...at, from });
  const tokenizer = await readPinned(text.tokenizer, sha256.tokenizer, { ...at, from });
  return {
    text: {
      model: await at.outputs.blob(encodeModel(adaptPairedText(model, text))),
      tokenizer: await at.outputs.blob(tokenizer),
      encoder: { ids: "ids", mask: "mask", tokens: "pooled", pooled: "pooled" },
      maxTokens: text.maxTokens,
    },
    pins: { [pathOf(text.source)]: sha256.text ?? "", [pathOf(text.tokenizer)]: sha256.tokenizer ?? "" },
  };
}
