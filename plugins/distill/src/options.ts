// This file defines the student section of task.yaml.
import { z } from "zod";
import { TrainerOptions } from "./external/options.ts";

const auto = <T extends z.ZodType>(given: T) => z.union([z.literal("auto"), given]).default("auto");
const rate = z.number().positive().max(1);

/** How the student is trained; the defaults are made for a few hundred examples. */
const Settings = z
  .strictObject({
    enabled: z.boolean().default(true).describe("false: no student; recipes and recall alone answer."),
    mode: z
      .enum(["fast", "portable"])
      .default("fast")
      .describe(
        "fast: the same adapter bytes on machines of one kind; portable: on every machine, in about four times the time.",
      ),
    rank: auto(z.int().min(1).max(256)).describe("Rank of the LoRA matrices; auto: 8, and 16 for many examples."),
    alpha: auto(z.int().min(1).max(1024)).describe(
      "LoRA scale; the product counts alpha / rank. auto: twice the rank.",
    ),
    targets: z
      .array(z.string().min(1).max(200))
      .default(["*"])
      .describe(
        "Weights of the base that get an adapter, by name, part of a name, or pattern with *; []: only heads are trained.",
      ),
    epochs: auto(z.int().min(1).max(200)).describe("Passes over the examples."),
    batch: z.int().min(1).max(256).default(16),
    learningRate: rate.default(3e-3).describe("Of the adapters, at its height."),
    headLearningRate: rate.default(1e-2).describe("Of the heads, at its height."),
    weightDecay: z.number().min(0).max(1).default(0.01),
    labelSmoothing: z.number().min(0).max(0.5).default(0.05),
    classWeights: z
      .enum(["none", "balanced"])
      .default("none")
      .describe("balanced: rare classes count more, each class as much as any other; for skewed labels."),
    tokenDropout: z
      .number()
      .min(0)
      .max(0.5)
      .default(0.1)
      .describe("Share of tokens left out of an input each time it is seen; never one inside a span."),
    precision: z
      .number()
      .min(0.5)
      .max(1)
      .default(0.9)
      .describe("Share of given answers that must be right; less sure answers are withheld."),
    assurance: z
      .number()
      .min(0.5)
      .max(0.999)
      .default(0.8)
      .describe("How sure to be that the precision holds on new inputs."),
    seed: z.int().min(0).default(0),
    threads: z
      .int()
      .min(1)
      .max(64)
      .default(2)
      .describe("Threads of the training session; any number gives the same bytes."),
    weights: z
      .enum(["fp32", "int8", "int4"])
      .default("fp32")
      .describe(
        "How the model that ships keeps its weights; int8 and int4 merge the adapter, and training.json says what they cost.",
      ),
    evidence: z
      .enum(["none", "ids", "full"])
      .default("none")
      .describe(
        "What an answer may be explained by (kolm run --because), which says something about the examples: ids: vectors, ids and labels of the examples; full: their texts and whole answers too; none: nothing ships.",
      ),
    search: z
      .strictObject({
        minutes: z
          .number()
          .positive()
          .max(1440)
          .default(10)
          .describe("Of training on two cores, by a cost model, so that every machine tries the same settings."),
      })
      .optional()
      .describe("Tries rank, alpha, targets, learning rate and epochs around those given, on held-out examples."),
    trainer: TrainerOptions.optional().describe(
      "A program of yours that trains in kolm's place; see plugins/distill/TRAINER.md.",
    ),
  })
  .prefault({});

/** The student section; `auto` is a search with its defaults. */
export const StudentOptions = z
  .preprocess((value) => (value === "auto" ? { search: {} } : value), Settings)
  .refine(({ search, trainer }) => search === undefined || trainer === undefined, {
    path: ["search"],
    error: "a program of yours under trainer: searches for itself; leave out one of the two",
  })
  .meta({ type: ["object", "string"] });
export type StudentOptions = z.infer<typeof StudentOptions>;

/** Options whose size of adapter is settled. */
export type SettledOptions = StudentOptions & { readonly rank: number; readonly alpha: number };

/** From here on there is enough to learn for a wider adapter. */
const MANY_ROWS = 3_000;

/** The adapter's size where it is left to the number of examples. */
export function settle(options: StudentOptions, rows: number): SettledOptions {
  const rank = options.rank === "auto" ? (rows > MANY_ROWS ? 16 : 8) : options.rank;
  return { ...options, rank, alpha: options.alpha === "auto" ? 2 * rank : options.alpha };
}
