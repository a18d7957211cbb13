// This file fits a small encoder of drawings: their colours by place, and a linear score a scene, in closed form.
import { exp, type ImageForm, imageTensor, log, type Pixels } from "@kolm/runtime";
import { encodeModel, floatTensor, GraphBuilder, intTensor } from "@kolm/onnx";
import { solve } from "./solve.ts";

/** How drawings are read; the base of kolm.workspace.yaml says the same. */
const FORM: Pick<ImageForm, "size" | "mean" | "std" | "layout" | "fit"> = {
  size: [16, 16],
  mean: ["0.5", "0.5", "0.5"],
  std: ["0.5", "0.5", "0.5"],
  layout: "nchw",
  fit: "crop",
};

export type Drawing = { readonly pixels: Pixels; readonly scene: number };

const RIDGE = 30;

/** The serialised encoder: pixels → embedding (the colours themselves), logits (one a scene). */
export function fitEncoder(taught: readonly Drawing[], held: readonly Drawing[], scenes: number): Uint8Array {
  const rows = taught.map(({ pixels }) => featuresOf(pixels));
  const weights = solve(
    rows,
    taught.map(({ scene }) => scene),
    { classes: scenes, ridge: RIDGE },
  );
  const scores = held.map(({ pixels, scene }) => ({ logits: scoresOf(featuresOf(pixels), weights, scenes), scene }));
  const sharpness = sharpnessOf(scores);
  return encodeModel(
    graphOf(
      weights.map((value) => value * sharpness),
      scenes,
    ),
  );
}

/** Colours and a constant. */
function featuresOf(pixels: Pixels): Float64Array {
  return Float64Array.from([...imageTensor(pixels, FORM), 1]);
}

function scoresOf(features: Float64Array, weights: Float64Array, classes: number): Float64Array {
  const scores = new Float64Array(classes);
  for (const [row, value] of features.entries())
    for (let one = 0; one < classes; one++)
      scores[one] = (scores[one] ?? 0) + value * (weights[row * classes + one] ?? 0);
  return scores;
}

type Scored = { readonly logits: Float64Array; readonly scene: number };

/** The factor that makes the scores' softmax most probable on drawings that were not taught (Guo et al. 2017). */
function sharpnessOf(scored: readonly Scored[]): number {
  const lossAt = (factor: number): number =>
    scored.reduce((sum, { logits, scene }) => {
      const total = logits.reduce((all, value) => all + exp((value - (logits[scene] ?? 0)) * factor), 0);
      return sum + log(total);
    }, 0);
  const factors = Array.from({ length: 60 }, (_, step) => step + 1);
  return factors.reduce((best, factor) => (lossAt(factor) < lossAt(best) ? factor : best), 1);
}

function graphOf(weights: Float64Array, classes: number): ReturnType<GraphBuilder["build"]> {
  const [height, width] = FORM.size;
  const inputs = 3 * height * width;
  const builder = new GraphBuilder("drawings", { "": 17 });
  builder.input("pixels", "float32", [1, 3, height, width]);
  builder.initializer("shape", intTensor([1, inputs]));
  builder.initializer(
    "weights",
    floatTensor(Float32Array.from(weights.subarray(0, inputs * classes)), [inputs, classes]),
  );
  builder.initializer("bias", floatTensor(Float32Array.from(weights.subarray(inputs * classes)), [classes]));
  builder.node("Reshape", ["pixels", "shape"], {}, { outputs: ["embedding"] });
  const [scores] = builder.node("MatMul", ["embedding", "weights"], {}, { outputs: ["scores"] });
  builder.node("Add", [scores, "bias"], {}, { outputs: ["logits"] });
  builder.output("embedding", "float32", [1, inputs]);
  builder.output("logits", "float32", [1, classes]);
  return builder.build();
}
