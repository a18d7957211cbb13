// This file checks an encoder of sounds and writes it as a base.
import { type AudioBaseFile, AudioForm } from "@kolm/runtime";
import type { Context } from "@kolm/stage";
import { readPinned } from "../pinned.ts";
import { pathOf } from "../source.ts";
import type { AudioBase } from "./audio-options.ts";
import { decimal } from "./decimal.ts";
import { checkEdges } from "./edges.ts";

/** The models are kept byte for byte; KolmError BASE_UNFIT, BASE_MALFORMED, BASE_ALTERED or BASE_MISSING. */
export async function audioBase(
  options: AudioBase,
  name: string,
  at: Pick<Context<unknown>, "inputs" | "outputs">,
): Promise<AudioBaseFile> {
  const { source, sha256, licence, frames, input, output, from } = options;
  const model = await readPinned(source, sha256.model, { ...at, from });
  checkEdges(model, pathOf(source), { inputs: [input], outputs: [output] });
  const framing = frames && (await readPinned(frames.source, sha256.frames, { ...at, from }));
  if (frames && framing)
    checkEdges(framing, pathOf(frames.source), { inputs: [frames.input], outputs: [frames.output] });
  return {
    modality: "audio",
    name,
    source,
    licence,
    pins: { [pathOf(source)]: sha256.model, ...(frames ? { [pathOf(frames.source)]: sha256.frames ?? "" } : {}) },
    form: formOf(options),
    model: await at.outputs.blob(model),
    ...(framing ? { frames: await at.outputs.blob(framing) } : {}),
  };
}

function formOf({ rate, window, hop, gain, frames, input, dims, output }: AudioBase): AudioForm {
  const framing = frames && {
    input: frames.input,
    output: frames.output,
    scale: decimal(frames.scale),
    offset: decimal(frames.offset),
  };
  const form = { rate, window, hop, gain: decimal(gain), input, dims, output };
  return AudioForm.parse({ ...form, ...(framing ? { frames: framing } : {}) });
}
