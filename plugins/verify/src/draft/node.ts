// This file joins the draft to the runtime and the base encoder on this machine's processor.
import { type BaseFile, createEncoder, createRuntime, createTokenizer, LAYER } from "@kolm/runtime";
import { createSession } from "@kolm/runtime/node";
import type { VerifyPorts } from "./ports.ts";

/** The ports a compile uses: ONNX Runtime's native kernels, one thread. */
export const nodePorts: VerifyPorts = {
  open: (layer, use) => createRuntime(layer, { createSession }, use === undefined ? {} : { use }),
  withEncoder: async ({ layer }, { inputs, signal }, use) => {
    const [model, tokenizerFile] = [await layer(LAYER.encoder), await layer(LAYER.tokenizer)];
    if (model === undefined || tokenizerFile === undefined) return use(undefined);
    const base = await inputs.json<BaseFile>("base/base.json");
    const tokenizer = createTokenizer(JSON.parse(new TextDecoder().decode(tokenizerFile)), base);
    const encoder = await createEncoder({ model, tokenizer, names: base.encoder, createSession });
    try {
      return await use((texts) => encoder.encode(texts, { signal }));
    } finally {
      await encoder.close();
    }
  },
};
