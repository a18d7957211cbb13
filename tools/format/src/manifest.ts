// This file defines manifest.json: what an artifact is called, what it claims, which layers it holds. SPEC.md §4.
import { z } from "zod";
import { canonicalBytes, parseCanonical } from "./canonical.ts";
import { CHUNK_SIZE } from "./merkle.ts";
import { MAX_FILE_SIZE, MAX_MEMBERS } from "./container/limits.ts";
import { compareCodeUnits, LAYER_KINDS, nameFault } from "./container/names.ts";
import { KolmError } from "./errors.ts";
import { accept, refuse } from "./verdict.ts";
import type { LayerKind } from "./container/names.ts";
import type { Outcome } from "./verdict.ts";

const sha256Text = z.string().regex(/^[0-9a-f]{64}$/, "a SHA-256 is 64 lower-case hex digits");
const mediaType = z.string().regex(/^[a-z0-9][a-z0-9.+-]{0,126}\/[a-z0-9][a-z0-9.+-]{0,126}$/, "not a media type");
const fact = z.string().regex(/^[a-z][a-zA-Z0-9_.]{0,62}$/, "a fact's name is a lower-case word");
/** A number whose fraction must survive JSON exactly. */
const decimal = z.string().regex(/^-?(?:0|[1-9][0-9]{0,15})(?:\.[0-9]{1,15})?$/, "a decimal number as a string");
const facts = z.record(fact, decimal);

export const Layer = z
  .strictObject({
    kind: z.enum(LAYER_KINDS),
    path: z.string(),
    mediaType,
    size: z.int().min(1).max(MAX_FILE_SIZE),
    sha256: sha256Text,
    root: sha256Text,
    chunk: z.literal(CHUNK_SIZE),
    sensitive: z.literal(true).optional(),
    /** Its bytes are not in the file; whoever opens it must have them. */
    referenced: z.literal(true).optional(),
  })
  .refine((layer) => nameFault(layer.path) === undefined && layer.path.startsWith(`layers/${layer.kind}/`), {
    error: "a layer's path is layers/<kind>/<name>",
  })
  .refine((layer) => layer.referenced === undefined || layer.kind === "model", {
    error: "only a layer of kind model is referenced",
  });
/** One layer as the manifest describes it: size in bytes, digests in lower-case hex. */
export type Layer = z.infer<typeof Layer>;

export const Manifest = z.strictObject({
  format: z.literal("kolm/rs-1"),
  name: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/, "a name is lower-case letters, digits and -"),
  version: z
    .string()
    .regex(/^(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*)){2}(?:-[0-9a-z.-]{1,64})?$/, "a version is 1.2.3"),
  summary: z.string().min(1).max(500).optional(),
  base: z.strictObject({ name: z.string().min(1).max(128), sha256: sha256Text }).optional(),
  kscore: facts.optional(),
  gate: facts.optional(),
  layers: z
    .array(Layer)
    .min(1)
    .max(MAX_MEMBERS - 4)
    .refine((layers) => layers.every((layer, at) => at === 0 || compareLayers(layers[at - 1] ?? layer, layer) < 0), {
      error: "layers stand in chain order, by kind and then by path, each once",
    }),
});
export type Manifest = z.infer<typeof Manifest>;

/** Chain order: model, adapter, recipes, recall, verifier, docs; paths in code-unit order within a kind. */
export function compareLayers(left: LayerPlace, right: LayerPlace): number {
  const kinds = LAYER_KINDS.indexOf(left.kind) - LAYER_KINDS.indexOf(right.kind);
  return kinds === 0 ? compareCodeUnits(left.path, right.path) : kinds;
}
export type LayerPlace = { readonly kind: LayerKind; readonly path: string };

/**
 * The canonical bytes of a manifest.
 *
 * @throws KolmError E_MANIFEST when it breaks the schema.
 */
export function encodeManifest(manifest: Manifest): Uint8Array {
  const checked = Manifest.safeParse(manifest);
  if (!checked.success)
    throw new KolmError("E_MANIFEST", `manifest.json breaks its schema: ${firstIssue(checked.error)}`);
  return canonicalBytes(checked.data);
}

export function parseManifest(bytes: Uint8Array): Outcome<Manifest> {
  const json = parseCanonical(bytes);
  if (!json.ok) return refuse("E_JSON", "manifest.json", `manifest.json ${json.reason}.`);
  const manifest = Manifest.safeParse(json.value);
  if (manifest.success) return accept(manifest.data);
  return refuse("E_MANIFEST", "manifest.json", `manifest.json breaks its schema: ${firstIssue(manifest.error)}.`);
}

/** Whether a layer must be canonical JSON itself. SPEC.md §3. */
export function isJsonLayer(layer: Layer): boolean {
  const bound = layer.kind === "recipes" || layer.kind === "verifier";
  return bound && (layer.path.endsWith(".json") || /(?:\/|\+)json$/.test(layer.mediaType));
}

/** Where and why a schema refused, in one clause. */
export function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return "unknown";
  return `${issue.path.length === 0 ? "the whole" : issue.path.join(".")}: ${issue.message}`;
}
