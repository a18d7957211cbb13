// This file adds the training loss to a student graph: softmax cross-entropy with soft targets, weighted over rows.
import { attr } from "../build/attributes.ts";
import { GraphBuilder } from "../build/builder.ts";
import type { Graph } from "../graph.ts";
import { logitsName } from "../student/student.ts";
import type { HeadSpec, StudentSpec } from "../student/student.ts";

/** Name of the scalar loss. */
export const LOSS = "loss";

export function targetName(head: HeadSpec): string {
  return `target/${head.name}`;
}

export function weightName(head: HeadSpec): string {
  return `weight/${head.name}`;
}

/** Keeps a batch in which a head has no row from dividing by zero. */
const SMALLEST_WEIGHT = 1e-8;

/**
 * The student with inputs target/<head> (distribution over classes, shaped like the logits) and weight/<head>
 * (one number per row or token), its outputs replaced by the scalar "loss":
 * the sum over heads of head weight × Σ w·(−Σ t·log softmax) ÷ Σ w.
 */
export function withLoss(student: Graph, { heads }: StudentSpec): Graph {
  const builder = GraphBuilder.from(student);
  const dims = new Map(student.outputs.map((output) => [output.name, output.dims]));
  const losses = heads.map((head) => {
    const shape = dims.get(logitsName(head)) ?? [];
    builder.input(targetName(head), "float32", shape);
    builder.input(weightName(head), "float32", shape.slice(0, -1));
    return headLoss(builder, head);
  });
  const total = losses.reduce((sum, loss) => builder.node("Add", [sum, loss])[0]);
  builder.node("Identity", [total], {}, { outputs: [LOSS] });
  builder.output(LOSS, "float32", []);
  return builder.build();
}

function headLoss(builder: GraphBuilder, head: HeadSpec): string {
  const [logs] = builder.node("LogSoftmax", [logitsName(head)], { axis: attr.int(-1) });
  const [weighted] = builder.node("Mul", [logs, targetName(head)]);
  const drop = { keepdims: attr.int(0) };
  const [likelihood] = builder.node("ReduceSum", [weighted, builder.ints([-1])], drop);
  const [kept] = builder.node("Mul", [likelihood, weightName(head)]);
  const [sum] = builder.node("ReduceSum", [kept], drop);
  const [mass] = builder.node("ReduceSum", [weightName(head)], drop);
  const [safe] = builder.node("Max", [mass, builder.floats([SMALLEST_WEIGHT])]);
  const [mean] = builder.node("Div", [sum, safe]);
  return builder.node("Mul", [mean, builder.floats([-(head.weight ?? 1)])])[0];
}
