// This file solves ridge regression onto classes by Cholesky's decomposition.

/** Weights [features, classes] that minimise Σ |x·W − onehot|² + ridge · |W|². */
export function solve(
  rows: readonly Float64Array[],
  targets: readonly number[],
  { classes, ridge }: { readonly classes: number; readonly ridge: number },
): Float64Array {
  const size = rows[0]?.length ?? 0;
  const gram = new Float64Array(size * size);
  const right = new Float64Array(size * classes);
  for (const [index, row] of rows.entries()) {
    for (let a = 0; a < size; a++) {
      const value = row[a] ?? 0;
      for (let b = 0; b <= a; b++) gram[a * size + b] = (gram[a * size + b] ?? 0) + value * (row[b] ?? 0);
      const at = a * classes + (targets[index] ?? 0);
      right[at] = (right[at] ?? 0) + value;
    }
  }
  for (let a = 0; a < size; a++) gram[a * size + a] = (gram[a * size + a] ?? 0) + ridge;
  decompose(gram, size);
  return substituted(gram, right, { size, classes });
}

/** In place: the lower triangle becomes L of L·Lᵀ. */
function decompose(matrix: Float64Array, size: number): void {
  for (let a = 0; a < size; a++) {
    for (let b = 0; b <= a; b++) {
      let sum = matrix[a * size + b] ?? 0;
      for (let c = 0; c < b; c++) sum -= (matrix[a * size + c] ?? 0) * (matrix[b * size + c] ?? 0);
      matrix[a * size + b] = a === b ? Math.sqrt(sum) : sum / (matrix[b * size + b] ?? 1);
    }
  }
}

function substituted(
  lower: Float64Array,
  right: Float64Array,
  { size, classes }: { readonly size: number; readonly classes: number },
): Float64Array {
  const solved = right.slice();
  for (let one = 0; one < classes; one++) {
    for (let a = 0; a < size; a++) {
      let sum = solved[a * classes + one] ?? 0;
      for (let b = 0; b < a; b++) sum -= (lower[a * size + b] ?? 0) * (solved[b * classes + one] ?? 0);
      solved[a * classes + one] = sum / (lower[a * size + a] ?? 1);
    }
    for (let a = size - 1; a >= 0; a--) {
      let sum = solved[a * classes + one] ?? 0;
      for (let b = a + 1; b < size; b++) sum -= (lower[b * size + a] ?? 0) * (solved[b * classes + one] ?? 0);
      solved[a * classes + one] = sum / (lower[a * size + a] ?? 1);
    }
  }
  return solved;
}
