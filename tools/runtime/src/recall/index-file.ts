// This file defines index.json of a recall index, version 2: its spaces, keywords and how their rankings are joined.
import { z } from "zod";
import { RecallEncoder } from "./encoder-file.ts";

/** A file beside index.json. */
const FileName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,127}$/);
const Name = z.string().regex(/^[a-z][a-z0-9-]{0,63}$/);
/** A fraction as decimal text, since sealed JSON has whole numbers only. */
const Decimal = z.string().regex(/^(?:0|[1-9]\d{0,5})(?:\.\d{1,9})?$/);

/** How the files of a space were written: RECALL.md says what each byte is. */
export const RecallSpace = z.strictObject({
  name: Name,
  dims: z.int().min(1).max(65_536),
  count: z.int().min(0).max(0xffff_ffff),
  /** All vectors have length 1, so that cosine is the dot product. */
  metric: z.literal("cosine"),
  /** The payload line of each vector; null where vector i belongs to line i. */
  rows: z.strictObject({ file: FileName }).nullable(),
  vectors: z.strictObject({ file: FileName, type: z.enum(["f32", "f16", "int8"]) }),
  /** null: every vector is compared. */
  graph: z
    .strictObject({
      file: FileName,
      m: z.int().min(2).max(1024),
      efConstruction: z.int().min(1).max(0xffff),
      efSearch: z.int().min(1).max(0xffff),
      seed: z.int().min(0).max(0xffff_ffff),
    })
    .nullable(),
  /** Which of the encoders turns a query of a modality into a vector of this space. */
  queries: z.strictObject({ text: Name.optional(), image: Name.optional(), audio: Name.optional() }),
});
export type RecallSpace = z.infer<typeof RecallSpace>;

/** BM25 over the words of passages (Robertson & Zaragoza 2009); "en" drops stop words and stems (Porter 1980). */
export const RecallKeywords = z.strictObject({
  file: FileName,
  language: z.enum(["en", "none"]),
  k1: Decimal,
  b: Decimal,
});
export type RecallKeywords = z.infer<typeof RecallKeywords>;

/** layers/recall/index.json; the files it names stand beside it. */
export const RecallIndex = z
  .strictObject({
    version: z.literal(2),
    /** Lines of the payloads file. */
    count: z.int().min(0).max(0xffff_ffff),
    /** Passages returned when the caller does not say. */
    topK: z.int().min(1).max(1000),
    payloads: FileName,
    ship: z.enum(["full", "payload-digests"]),
    spaces: z.array(RecallSpace).max(16),
    encoders: z.record(Name, RecallEncoder),
    keywords: RecallKeywords.nullable(),
    /** Reciprocal-rank fusion (Cormack et al. 2009), or by scaled scores; "keywords" is a ranking like a space's. */
    fuse: z.strictObject({
      by: z.literal("score").optional(),
      constant: z.int().min(1).max(10_000),
      weights: z.record(Name, Decimal),
    }),
    /** Least score, by ranking, of a retrieval field's first hit; it abstains where the hit reaches none. Absent: it always answers. */
    near: z.record(Name, Decimal).optional(),
    /** λ of maximal marginal relevance (Carbonell & Goldstein 1998) in [0, 1]; null: the order of relevance alone. */
    diversity: Decimal.refine((text) => Number(text) <= 1, "is over 1").nullable(),
  })
  .superRefine((index, context) => {
    for (const problem of problemsOf(index)) context.addIssue({ code: "custom", message: problem });
  });
export type RecallIndex = z.infer<typeof RecallIndex>;

type Parts = {
  readonly count: number;
  readonly spaces: readonly RecallSpace[];
  readonly encoders: Readonly<Record<string, RecallEncoder>>;
};

/** What the shape alone does not say: names are unique, queries name encoders of their modality, every vector has a line. */
function problemsOf({ count, spaces, encoders }: Parts): string[] {
  const names = ["keywords", ...spaces.map(({ name }) => name)];
  const twice = names.filter((name, at) => names.indexOf(name) !== at).map((name) => `two rankings are called ${name}`);
  const unknown = spaces.flatMap(({ name, queries }) =>
    Object.entries(queries)
      .filter(([modality, id]) => (id === undefined ? undefined : encoders[id])?.modality !== modality)
      .map(([modality, id]) => `${name} wants ${modality} queries embedded by ${id}, which is no ${modality} encoder`),
  );
  const alone = spaces
    .filter((space) => space.rows === null && space.count !== count)
    .map((space) => `${space.name} has ${space.count} vectors for ${count} payloads and no rows file`);
  return [...twice, ...unknown, ...alone];
}
