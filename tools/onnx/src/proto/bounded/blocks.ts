// This file checks the weights of MatMulNBits against its attributes, before its kernel packs the ones as the others say.
import { intAttribute } from "../../build/attributes.ts";
import type { DataType, Graph, Node } from "../../graph.ts";
import { wrongShape } from "../../shapes/view.ts";
import { elementCount } from "../../tensor.ts";

const BITS = [4, 8];
const SIZES = [16, 32, 64, 128, 256];

/** KolmError ONNX_SHAPE where N columns of K numbers in blocks are not what the constants hold. */
export function checkBlocks({ nodes, initializers }: Graph): void {
  for (const node of nodes) {
    if (node.op !== "MatMulNBits") continue;
    const [columns, rows] = [positive(node, "N"), positive(node, "K")];
    const [bits, size] = [intAttribute(node, "bits", 4), intAttribute(node, "block_size", 0)];
    if (!BITS.includes(bits) || !SIZES.includes(size)) throw wrongShape(node, `${bits} bits in blocks of ${size}`);
    if (node.inputs.length !== 3)
      throw wrongShape(node, `${node.inputs.length} inputs, expected x, weights and scales`);
    const blocks = columns * Math.ceil(rows / size);
    const expect = (input: string | undefined, type: DataType, count: number): void => {
      const given = initializers.get(input ?? "");
      if (given?.type === type && elementCount(given.dims) === count) return;
      throw wrongShape(node, `${JSON.stringify(input)} is no constant of ${count} ${type} numbers`);
    };
    expect(node.inputs[1], "uint8", (blocks * size * bits) / 8);
    expect(node.inputs[2], "float32", blocks);
  }
}

function positive(node: Node, name: string): number {
  const value = intAttribute(node, name, 0);
  if (value >= 1 && value < 2 ** 31) return value;
  throw wrongShape(node, `${name} is ${value}`);
}
