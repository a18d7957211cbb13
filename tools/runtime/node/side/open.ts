// This file opens the side index that lies in a folder beside an artifact.
import { nodeCrypto } from "@kolm/format/node";
import { pictureDecoder } from "@kolm/corpus/node";
import { openSideIndex, openSideTarget, type SideIndex } from "@kolm/runtime";
import { type OpenFileOptions, openLayers } from "../open-file.ts";
import { createSession } from "../session.ts";
import { folderSideStorage } from "./folder.ts";
import { openSideCipher, type SideKey } from "./key.ts";

export type SideFolderOptions = SideKey & {
  /** The folder; `<artifact>.recall` beside the file by default. */
  readonly folder?: string | undefined;
  /** Makes the folder, and settles its encryption, where there is none yet. */
  readonly create?: boolean | undefined;
  readonly keepForeign?: boolean | undefined;
  readonly file?: Pick<OpenFileOptions, "base" | "demands" | "trustedKeys" | "insecure" | "threads"> | undefined;
};

/** The folder of an artifact's side index where no other is named. */
export const sideFolderOf = (artifact: string): string => `${artifact}.recall`;

/** The artifact is verified and opened when something is added or searched. KolmError as openSideIndex, openLayers and openSideCipher. */
export async function openSide(
  artifact: string,
  { folder = sideFolderOf(artifact), create = false, keepForeign, file = {}, ...key }: SideFolderOptions = {},
): Promise<SideIndex> {
  return openSideIndex({
    storage: folderSideStorage(folder),
    cipher: await openSideCipher(folder, key, create),
    target: async () => {
      const { layer, close } = await openLayers(artifact, file);
      try {
        const ports = { layer, createSession, threads: file.threads ?? 1, hashing: nodeCrypto };
        const target = await openSideTarget(ports);
        const closeAll = async (): Promise<void> => {
          await target.close();
          await close();
        };
        return { ...target, close: closeAll };
      } catch (error) {
        await close();
        throw error;
      }
    },
    hashing: nodeCrypto,
    pictureDecoder,
    keepForeign,
  });
}
