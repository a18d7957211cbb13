// This file runs the base stage: it finds the source, checks every byte, converts and writes base.json.
import type { BaseFile } from "@kolm/runtime";
import { encodeModel, type Graph } from "@kolm/onnx";
import type { Context } from "@kolm/stage";
import { adaptEncoder } from "./adapt.ts";
import type { BaseOptions, FileBase, PackageBase } from "./options.ts";
import { readPackageFile } from "./package-files.ts";
import { audioBase } from "./perception/audio.ts";
import { imageBase } from "./perception/image.ts";
import { pinned, readPinned } from "./pinned.ts";
import { pathOf } from "./source.ts";
import { convertUseLite } from "./use-lite/convert.ts";
import { USE_LITE } from "./use-lite/pins.ts";

type Converted = Pick<BaseFile, "licence" | "hidden" | "maxTokens" | "pins"> & {
  readonly graph: Graph;
  readonly tokenizer: Uint8Array;
};

const ENCODER = { ids: "ids", mask: "mask", tokens: "tokens", pooled: "pooled" } as const;

/** KolmError BASE_ALTERED, BASE_MISSING, BASE_MALFORMED or BASE_UNFIT. */
export async function runBase(context: Context<BaseOptions>): Promise<void> {
  const { options, outputs, report, signal } = context;
  report({ message: `reading ${options.source}` });
  if ("licence" in options && options.modality === "image")
    return outputs.json("base.json", await imageBase(options, context.task, context));
  if ("licence" in options && options.modality === "audio")
    return outputs.json("base.json", await audioBase(options, context.task, context));
  const { graph, tokenizer, ...facts } =
    "licence" in options ? await fromFiles(options, context) : await fromPackage(options);
  signal.throwIfAborted();
  report({ message: "writing the encoder" });
  const file: BaseFile = {
    name: context.task,
    source: options.source,
    encoder: ENCODER,
    ...facts,
    model: await outputs.blob(encodeModel(graph)),
    tokenizer: await outputs.blob(tokenizer),
  };
  await outputs.json("base.json", file);
}

async function fromPackage({ sha256 }: PackageBase): Promise<Converted> {
  const read = async (path: string): Promise<Uint8Array> =>
    pinned(`${USE_LITE.package}/${path}`, await readPackageFile(USE_LITE.package, path), sha256[path]);
  const { graph, tokenizer } = await convertUseLite(read);
  const { licence, hidden, maxTokens } = USE_LITE;
  return {
    licence,
    hidden,
    maxTokens,
    pins: sha256,
    graph,
    tokenizer: new TextEncoder().encode(JSON.stringify(tokenizer)),
  };
}

async function fromFiles(options: FileBase, { inputs }: Context<BaseOptions>): Promise<Converted> {
  const [model, vocabulary] = [pathOf(options.source), pathOf(options.tokenizer)];
  const { licence, hidden, maxTokens, sha256, from } = options;
  const bytes = await readPinned(options.source, sha256.model, { inputs, from });
  const tokenizer = await readPinned(options.tokenizer, sha256.tokenizer, { inputs, from });
  const graph = adaptEncoder(bytes, options);
  return {
    licence,
    hidden,
    maxTokens,
    pins: { [model]: sha256.model, [vocabulary]: sha256.tokenizer },
    graph,
    tokenizer,
  };
}
