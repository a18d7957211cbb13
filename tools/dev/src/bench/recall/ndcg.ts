// This file grades a ranking: normalised discounted cumulative gain (Järvelin & Kekäläinen 2002).

/** nDCG at `depth` of ids in order, by relevance judgements; gains are the judgements themselves, as in BEIR. */
export function ndcg(ranked: readonly string[], relevant: Readonly<Record<string, number>>, depth = 10): number {
  const discounted = (gains: readonly number[]): number =>
    gains.slice(0, depth).reduce((sum, gain, at) => sum + gain / Math.log2(at + 2), 0);
  const ideal = discounted(Object.values(relevant).sort((a, b) => b - a));
  return ideal === 0 ? 0 : discounted(ranked.map((id) => relevant[id] ?? 0)) / ideal;
}
