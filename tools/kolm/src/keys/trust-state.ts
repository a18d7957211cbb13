// This file remembers, for each trust file by name, the highest version accepted: an older one is refused from then on. TRUST.md §4.
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { acceptTrust, encodeTrustFile, KolmError, parseTrustFile, type TrustVersion } from "@kolm/format";
import { configFolder, nodeCrypto, writeFileAtomically } from "@kolm/format/node";

/** The newest version of a trust file, believed and remembered; KolmError FILE_UNREADABLE, or the finding's code. */
export async function believeTrustFile(path: string, at: string): Promise<TrustVersion> {
  const bytes = await readBytes(path);
  const parsed = parseTrustFile(bytes, nodeCrypto);
  const name = parsed.ok ? parsed.value.at(-1)?.trust.name : undefined;
  const known = name === undefined ? undefined : await knownVersion(name);
  const accepted = await acceptTrust(bytes, { crypto: nodeCrypto, at, known });
  if (!accepted.ok) {
    const { code, detail } = accepted.finding;
    throw new KolmError(code, detail, {
      hint: HINTS[code] ?? "Get it again from who issues it.",
      place: { file: path },
    });
  }
  if (known === undefined || known.trust.version < accepted.value.trust.version) await remember(accepted.value);
  return accepted.value;
}

const HINTS: Readonly<Record<string, string>> = {
  E_KEY_UNKNOWN: "Its root keys have not all signed it yet (`kolm trust show` says which), or it is somebody else's.",
  E_TRUST_EXPIRED: "Get the present trust file from who issues it; they raise expires with `kolm trust set`.",
  E_TRUST_ROLLBACK: "Get the present trust file, with its history, from who issues it.",
};

/** One file a version, so that two processes at once cannot put an older one in a newer one's place. */
async function remember({ trust, payload, signatures }: TrustVersion): Promise<void> {
  const bytes = encodeTrustFile([{ payload, signatures }]);
  await writeFileAtomically(join(folderOf(trust.name), `${trust.version}.json`), [bytes], {
    size: bytes.length,
    mode: 0o600,
  });
}

async function knownVersion(name: string): Promise<TrustVersion | undefined> {
  const folder = folderOf(name);
  const files = await readdir(folder).catch((): string[] => []);
  const versions = files.flatMap((file) => (/^[1-9][0-9]*\.json$/.test(file) ? [Number.parseInt(file, 10)] : []));
  if (versions.length === 0) return undefined;
  const path = join(folder, `${Math.max(...versions)}.json`);
  const parsed = parseTrustFile(await readBytes(path), nodeCrypto);
  const version = parsed.ok ? parsed.value.at(-1) : undefined;
  if (version !== undefined) return version;
  throw new KolmError("TRUST_STATE_BROKEN", `what was remembered of the trust file ${name} cannot be read`, {
    hint: `Remove ${path} only if you know that the trust file you have is the present one.`,
    place: { file: path },
  });
}

function folderOf(name: string): string {
  return join(configFolder(), "trust", name);
}

async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw new KolmError("FILE_UNREADABLE", `${path} cannot be read`, { place: { file: path }, cause });
  }
}
