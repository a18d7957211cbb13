// This file states which records an artifact learnt from and was measured on, so that each can be shown to be one and none be read.
import { canonicalBytes, membershipKey, plantTree, type Signer } from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { type Inputs, readSpecRows } from "@kolm/stage";

type Named = { readonly name: string; readonly version: string };

/** The bytes of layers/verifier/membership.json. */
export async function membershipLayer(inputs: Inputs, signer: Signer, identity: Named): Promise<Uint8Array> {
  const key = await membershipKey(nodeCrypto, signer, identity);
  const treeOf = async (tree: "examples" | "evals"): Promise<{ size: number; root: string }> => {
    const records = await readSpecRows(inputs, tree);
    const { size, root } = plantTree(nodeCrypto, { key, tree, records });
    return { size, root };
  };
  const trees = { examples: await treeOf("examples"), evals: await treeOf("evals") };
  return canonicalBytes({ format: "kolm/membership-1", trees });
}
