// This file applies a function to many values with a bound on how many run at once.

/**
 * Answers in the order of the values. After the first failure no new value is started, those under way may end
 * (their answers are paid for), then the failure is thrown.
 */
export async function mapConcurrent<T, R>(
  values: readonly T[],
  { limit, signal }: { limit: number; signal: AbortSignal },
  apply: (value: T) => Promise<R>,
): Promise<R[]> {
  const applied: R[] = [];
  const failures: unknown[] = [];
  const entries = values.entries();
  const work = async (): Promise<void> => {
    for (const [index, value] of entries) {
      if (failures.length > 0 || signal.aborted) return;
      try {
        applied[index] = await apply(value);
      } catch (failure) {
        failures.push(failure);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, values.length) }, work));
  signal.throwIfAborted();
  if (failures.length > 0) throw failures[0];
  return applied;
}
