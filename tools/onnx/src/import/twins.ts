// This file finds values that are computed or stored twice; exporters repeat the same Shape arithmetic in every layer.
import type { Attribute, Node, Tensor } from "../graph.ts";
import { elementCount } from "../tensor.ts";
import { ELEMENT_LIMIT } from "../shapes/view.ts";

/** Remembers constants and nodes; the first of equals is the one to use. */
export class Twins {
  readonly #values = new Map<string, string>();

  /** The earlier constant of equal type, shape and bytes. */
  ofConstant(name: string, tensor: Tensor): string | undefined {
    const key = tensorKey(tensor);
    return key === undefined ? undefined : this.#earlier(key, name);
  }

  /** The first output of an earlier node with the same operator, inputs and attributes. */
  ofNode(node: Node): string | undefined {
    const [output = "", ...others] = node.outputs;
    const attributes = attributesKey(node.attributes);
    if (others.length > 0 || attributes === undefined) return undefined;
    return this.#earlier(JSON.stringify([node.domain, node.op, node.inputs, attributes]), output);
  }

  #earlier(key: string, name: string): string | undefined {
    const earlier = this.#values.get(key);
    if (earlier === undefined) this.#values.set(key, name);
    return earlier;
  }
}

function tensorKey(tensor: Tensor): string | undefined {
  const { type, dims, bytes } = tensor;
  // Longer lists of floats are weights, which are kept by name even where they are equal.
  if (elementCount(dims) > (type.startsWith("float") ? 1 : ELEMENT_LIMIT)) return undefined;
  return `${type}[${dims.join(",")}]${bytes.join(",")}`;
}

function attributesKey(attributes: Readonly<Record<string, Attribute>>): string | undefined {
  const names = Object.keys(attributes).sort();
  const parts = names.map((name) => {
    const attribute = attributes[name];
    if (attribute?.kind !== "tensor") return JSON.stringify([name, attribute]);
    const key = tensorKey(attribute.value);
    return key === undefined ? undefined : JSON.stringify([name, key]);
  });
  return parts.includes(undefined) ? undefined : parts.join();
}
