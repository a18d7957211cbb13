// This file checks all of an artifact but the layers' own bytes: container, manifest, receipt, chain, chunk index.
// SPEC.md §10, steps 1 to 7.
import { equalBytes, hex } from "../bytes.ts";
import { chainMembers } from "../chain.ts";
import { FRONT } from "../container/names.ts";
import { readContainer } from "../container/read.ts";
import { parseManifest } from "../manifest.ts";
import { CHUNK_SIZE, merkleRoot, NODE_SIZE } from "../merkle.ts";
import { parseBundle } from "../receipt/bundle.ts";
import { checkChain, checkSignature, checkSubjects, checkTenant } from "../receipt/check.ts";
import { parseStatement } from "../receipt/statement.ts";
import { accept, refuse } from "../verdict.ts";
import { MIMETYPE } from "./assemble.ts";
import type { TenantKey } from "../chain.ts";
import type { Layout, Member } from "../container/layout.ts";
import type { ByteSource } from "../container/source.ts";
import type { Crypto, Hashing } from "../digest.ts";
import type { Layer, Manifest } from "../manifest.ts";
import type { Predicate } from "../receipt/statement.ts";
import type { Outcome, ReferencedLayer, Refusal, SignerStanding } from "../verdict.ts";

export type VerifyOptions = {
  readonly crypto: Crypto;
  /** DER public keys; when given, the receipt must be signed by one of them. */
  readonly trustedKeys?: readonly Uint8Array[] | undefined;
  /** Checks the tenant chain when the receipt has one under this kid. */
  readonly tenant?: TenantKey | undefined;
};

/** A layer with the proved digests of its chunks; a referenced one has no member in the file. */
export type PlacedLayer = {
  readonly layer: Layer;
  readonly member: Member | undefined;
  readonly leaves: Uint8Array;
};

/** What the front of an artifact proves. */
export type Front = {
  readonly id: string;
  readonly layout: Layout;
  readonly manifest: Manifest;
  readonly receipt: Predicate;
  readonly signer: SignerStanding;
  readonly tenantChain: "absent" | "unchecked" | "proved";
  readonly layers: readonly PlacedLayer[];
};

/** What can be said of an artifact before its receipt is judged. */
type Opened = { readonly layout: Layout; readonly manifest: Manifest; readonly manifestBytes: Uint8Array };

/** Reads and proves the front; `id` is told as soon as it is known, for verdicts that fail later. */
export async function readFront(
  source: ByteSource,
  options: VerifyOptions,
  onId: (id: string) => void,
): Promise<Outcome<Front>> {
  const opened = await openManifest(source);
  if (!opened.ok) return opened;
  const { layout, manifest, manifestBytes } = opened.value;
  const members = chainMembers(options.crypto, manifestBytes, manifest);
  const id = members[0]?.sha256 ?? "";
  onId(id);
  const listed = matchLayers(layout, manifest);
  if (!listed.ok) return listed;
  const path = FRONT[2];
  const envelope = parseBundle(await readMember(source, layout, path), path);
  if (!envelope.ok) return envelope;
  const signer = await checkSignature(envelope.value, { ...options, path });
  if (!signer.ok) return signer;
  const statement = parseStatement(envelope.value.payload, path);
  if (!statement.ok) return statement;
  const { predicate } = statement.value;
  const refusal =
    checkChain(options.crypto, predicate.chain, members) ?? checkSubjects(statement.value, members, manifest);
  if (refusal !== undefined) return refusal;
  const tenantChain = checkTenant(options.crypto, members, { stated: predicate.tenantChain, tenant: options.tenant });
  if (!tenantChain.ok) return tenantChain;
  const layers = readIndex(await readMember(source, layout, FRONT[3]), listed.value, options.crypto);
  if (!layers.ok) return layers;
  const proved = { signer: signer.value, tenantChain: tenantChain.value, layers: layers.value };
  return accept({ id, layout, manifest, receipt: predicate, ...proved });
}

/** The layers whose bytes are not in the file. */
export function referencedOf({ layers }: Pick<Front, "layers">): ReferencedLayer[] {
  return layers
    .filter(({ member }) => member === undefined)
    .map(({ layer: { path, size, sha256 } }) => ({ path, size, sha256 }));
}

/** All bytes of a small member. */
export async function readMember(source: ByteSource, layout: Layout, path: string): Promise<Uint8Array> {
  const member = layout.members.find((candidate) => candidate.path === path);
  return member === undefined ? new Uint8Array() : source.read(member.dataOffset, member.size);
}

async function openManifest(source: ByteSource): Promise<Outcome<Opened>> {
  const layout = await readContainer(source);
  if (!layout.ok) return layout;
  if (!equalBytes(await readMember(source, layout.value, FRONT[0]), MIMETYPE)) {
    return refuse("E_HEADER", FRONT[0], "mimetype does not say that this is a kolm artifact.");
  }
  const manifestBytes = await readMember(source, layout.value, FRONT[1]);
  const manifest = parseManifest(manifestBytes);
  return manifest.ok ? accept({ layout: layout.value, manifest: manifest.value, manifestBytes }) : manifest;
}

/** The layers in the file must be those of the manifest that are not referenced, in its order and with its sizes. */
function matchLayers(layout: Layout, manifest: Manifest): Outcome<readonly Omit<PlacedLayer, "leaves">[]> {
  const present = layout.members.filter((member) => member.path.startsWith("layers/"));
  const placed: Omit<PlacedLayer, "leaves">[] = [];
  let at = 0;
  for (const layer of manifest.layers) {
    if (layer.referenced) {
      placed.push({ layer, member: undefined });
      continue;
    }
    const member = present[at];
    if (member?.path !== layer.path) {
      const found = member === undefined ? "the end of the layers" : member.path;
      return refuse(
        "E_ORDER",
        member?.path ?? layer.path,
        `manifest.json names ${layer.path} as layer ${at}, the file has ${found} there.`,
      );
    }
    if (member.size !== layer.size) {
      return refuse("E_SIZE", layer.path, `${layer.path} has ${member.size} bytes, manifest.json says ${layer.size}.`);
    }
    placed.push({ layer, member });
    at++;
  }
  const extra = present[at];
  return extra === undefined
    ? accept(placed)
    : refuse("E_ORDER", extra.path, `manifest.json does not name ${extra.path}.`);
}

function readIndex(
  index: Uint8Array,
  listed: readonly Omit<PlacedLayer, "leaves">[],
  hashing: Hashing,
): Outcome<readonly PlacedLayer[]> {
  const placed: PlacedLayer[] = [];
  let at = 0;
  for (const { layer, member } of listed) {
    const leaves = index.subarray(at, at + Math.ceil(layer.size / CHUNK_SIZE) * NODE_SIZE);
    at += Math.ceil(layer.size / CHUNK_SIZE) * NODE_SIZE;
    placed.push({ layer, member, leaves });
  }
  const path = FRONT[3];
  if (at !== index.length) return refuse("E_SIZE", path, `${path} has ${index.length} bytes, the layers need ${at}.`);
  return checkRoots(placed, hashing) ?? accept(placed);
}

function checkRoots(placed: readonly PlacedLayer[], hashing: Hashing): Refusal | undefined {
  for (const { layer, leaves } of placed) {
    if (hex(merkleRoot(hashing, leaves)) === layer.root) continue;
    const detail = `The chunk digests of ${layer.path} in ${FRONT[3]} do not give the root in manifest.json.`;
    return refuse("E_ROOT", layer.path, detail);
  }
  return undefined;
}
