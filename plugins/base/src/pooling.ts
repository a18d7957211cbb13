// This file appends to an encoder graph what makes one unit vector of a text's token vectors.
import { attr, floatTensor, type GraphBuilder, intTensor } from "@kolm/onnx";

/** Sum of the "tokens" over their number, padding left out; returns the value's name. */
export function meanOverTokens(builder: GraphBuilder): string {
  const axis = builder.initializer("base.axis.tokens", intTensor([1]));
  const one = builder.initializer("base.one", floatTensor([1], []));
  const column = builder.initializer("base.shape.column", intTensor([0, 0, 1]));
  const [present] = builder.node("Cast", ["mask"], { to: attr.int(1) }, { outputs: ["base.mask"] });
  const [weights] = builder.node("Reshape", [present, column], {}, { outputs: ["base.mask.column"] });
  const [masked] = builder.node("Mul", ["tokens", weights], {}, { outputs: ["base.present"] });
  const [sum] = builder.node("ReduceSum", [masked, axis], { keepdims: attr.int(0) }, { outputs: ["base.sum"] });
  const [count] = builder.node("ReduceSum", [present, axis], { keepdims: attr.int(1) }, { outputs: ["base.count"] });
  const [divisor] = builder.node("Max", [count, one], {}, { outputs: ["base.divisor"] });
  return builder.node("Div", [sum, divisor], {}, { outputs: ["base.mean"] })[0];
}

/** The vector at length 1, as the value "pooled". */
export function unitVector(builder: GraphBuilder, vector: string): void {
  const axis = builder.initializer("base.axis.vector", intTensor([-1]));
  const least = builder.initializer("base.least", floatTensor([1e-12], []));
  const [square] = builder.node("Mul", [vector, vector], {}, { outputs: ["base.square"] });
  const [sum] = builder.node("ReduceSum", [square, axis], { keepdims: attr.int(1) }, { outputs: ["base.square.sum"] });
  const [positive] = builder.node("Max", [sum, least], {}, { outputs: ["base.square.positive"] });
  const [length] = builder.node("Sqrt", [positive], {}, { outputs: ["base.length"] });
  builder.node("Div", [vector, length], {}, { outputs: ["pooled"] });
}
