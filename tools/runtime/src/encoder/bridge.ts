// This file puts pictures among texts without a model of both: a picture is the sum of its classes' names, each as probable as it is.
import { unitOf } from "./unit.ts";

/** Classes that count, the most probable ones. */
const CLASSES = 10;

/** Names of a class that are read, as in ImageNet's list of synonyms, and broader ones. */
const NAMES = 2;
const BROADER = 4;

/** What a class is embedded as, of its line in the labels file: "macaw" or "tabby, tabby cat < cat < feline", ever broader after "<". */
export function bridgeText(label: string): string {
  const [names = "", ...broader] = label.split("<").map((part) => part.trim());
  const synonyms = names.split(",").map((name) => name.trim());
  return `a photo of ${[...synonyms.slice(0, NAMES), ...broader.slice(0, BROADER)].join(", ")}`;
}

/** A unit vector in the texts' space: the labels' vectors weighted by the ten largest probabilities (ties: the lower class). */
export function bridge(classes: ArrayLike<number>, labels: readonly ArrayLike<number>[]): Float32Array {
  const order = Array.from(classes, (_, at) => at).sort((a, b) => (classes[b] ?? 0) - (classes[a] ?? 0) || a - b);
  const sum = new Float64Array(labels[0]?.length ?? 0);
  for (const at of order.slice(0, CLASSES)) {
    const [weight, vector] = [classes[at] ?? 0, labels[at]];
    for (let column = 0; column < sum.length; column++)
      sum[column] = (sum[column] ?? 0) + weight * (vector?.[column] ?? 0);
  }
  return unitOf(sum);
}
