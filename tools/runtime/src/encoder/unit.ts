// This file scales vectors to length 1.

/** The vector at length 1, summed in double precision; one without length stays as it is. */
export function unitOf(vector: ArrayLike<number>): Float32Array {
  let square = 0;
  for (let at = 0; at < vector.length; at++) square += (vector[at] ?? 0) * (vector[at] ?? 0);
  const length = Math.sqrt(square) || 1;
  return Float32Array.from(vector, (value) => value / length);
}
