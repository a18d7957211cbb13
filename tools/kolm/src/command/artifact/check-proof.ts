// This file is `kolm check-proof`: holds a proof of membership against the artifact it is about.
import { readFile } from "node:fs/promises";
import { KolmError, Membership, MEMBERSHIP_PATH, membershipFault, MembershipProof } from "@kolm/format";
import { nodeCrypto } from "@kolm/format/node";
import { jsonLayer, openArtifactFile } from "../../artifact-file.ts";
import type { Command } from "../../command.ts";

export const checkProof: Command = {
  name: "check-proof",
  summary: "Says whether a proof by `kolm prove` holds: the signer stated that this record was used.",
  operands: [
    { name: "file", required: true, summary: "a .kolm file" },
    { name: "proof", required: true, summary: "what kolm prove wrote" },
  ],
  flags: {},
  examples: ["kolm check-proof dist/support-bot.kolm proof.json"],
  run: async ({ operands: [file = "", path = ""], flags }) => {
    await using opened = await openArtifactFile(file);
    const { artifact } = opened;
    if (!artifact.has(MEMBERSHIP_PATH)) {
      throw new KolmError("LAYER_MISSING", `${file} has no ${MEMBERSHIP_PATH}`, {
        hint: "It was sealed by an earlier version; compile the task again.",
        place: { file },
      });
    }
    const membership = Membership.parse(await jsonLayer(artifact, MEMBERSHIP_PATH));
    const proof = await readProof(path);
    const fault = membershipFault(nodeCrypto, { ...membership, id: artifact.id }, proof);
    const { signer } = artifact.verdict;
    const found = { holds: fault === undefined, ...(fault === undefined ? {} : { fault }), tree: proof.tree, signer };
    if (flags["json"] === true) console.log(JSON.stringify(found));
    else if (fault !== undefined) console.log(`the proof does not hold: ${fault}`);
    else console.log(`among the ${proof.size} ${proof.tree} of ${artifact.id}: ${JSON.stringify(proof.record)}`);
    return fault === undefined ? 0 : 2;
  },
};

/** KolmError FILE_UNREADABLE or PROOF_MALFORMED. */
async function readProof(path: string): Promise<MembershipProof> {
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new KolmError("FILE_UNREADABLE", `${path} cannot be read`, { place: { file: path }, cause });
  });
  try {
    return MembershipProof.parse(JSON.parse(text));
  } catch (cause) {
    throw new KolmError("PROOF_MALFORMED", `${path} is no proof of membership`, {
      hint: "Give the file that kolm prove wrote.",
      place: { file: path },
      cause,
    });
  }
}
