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
import type { ChainMember, TenantKey } from "../chain.ts";
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

/** What manifest.json says, and the members its chain runs over. */
export type Opening = { readonly id: string; readonly manifest: Manifest; readonly members: readonly ChainMember[] };

/** Reads and proves the front; `id` is told as soon as it is known, for verdicts that fail later. */
export async function readFront(
  source: ByteSource,
  options: VerifyOptions,
  onId: (id: string) => void,
): Promise<Outcome<Front>> {
  const container = await readContainer(source);
  if (!container.ok) return container;
  const layout = container.value;
  const refusal = checkMimetype(await readMember(source, layout, FRONT[0]));
  if (refusal !== undefined) return refusal;
  const opening = openManifest(await readMember(source, layout, FRONT[1]), options.crypto);
  if (!opening.ok) return opening;
  const { id, manifest } = opening.value;
  onId(id);
  const listed = matchLayers(layout, manifest);
  if (!listed.ok) return listed;
  const receipt = await proveReceipt(await readMember(source, layout, FRONT[2]), opening.value, options);
  if (!receipt.ok) return receipt;
  const layers = readIndex(await readMember(source, layout, FRONT[3]), listed.value, options.crypto);
  return layers.ok ? accept({ id, layout, manifest, ...receipt.value, layers: layers.value }) : layers;
}

/** Refuses what is not the one content of mimetype. */
export function checkMimetype(bytes: Uint8Array): Refusal | undefined {
  if (equalBytes(bytes, MIMETYPE)) return undefined;
  return refuse("E_HEADER", FRONT[0], "mimetype does not say that this is a kolm artifact.");
}

/** Reads manifest.json and what follows from it alone. */
export function openManifest(bytes: Uint8Array, hashing: Hashing): Outcome<Opening> {
  const manifest = parseManifest(bytes);
  if (!manifest.ok) return manifest;
  const members = chainMembers(hashing, bytes, manifest.value);
  return accept({ id: members[0]?.sha256 ?? "", manifest: manifest.value, members });
}

/** Proves the receipt's signature and everything it states of manifest and layers. SPEC.md §10, steps 4 to 6. */
export async function proveReceipt(
  bytes: Uint8Array,
  { manifest, members }: Opening,
  options: VerifyOptions,
): Promise<Outcome<Pick<Front, "receipt" | "signer" | "tenantChain">>> {
  const path = FRONT[2];
  const envelope = parseBundle(bytes, path);
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
  return accept({ receipt: predicate, signer: signer.value, tenantChain: tenantChain.value });
}

/** The layers whose bytes are not in the file. */
export function referencedOf({ layers }: Pick<Front, "layers">): ReferencedLayer[] {
  return layers
    .filter(({ layer }) => layer.referenced)
    .map(({ layer: { path, size, sha256 } }) => ({ path, size, sha256 }));
}

/** All bytes of a small member. */
export async function readMember(source: ByteSource, layout: Layout, path: string): Promise<Uint8Array> {
  const member = layout.members.find((candidate) => candidate.path === path);
  return member === undefined ? new Uint8Array() : source.read(member.dataOffset, member.size);
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

/** Proves the chunk digests of every layer by their roots. SPEC.md §10, step 7. */
export function readIndex(
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
