// This file joins a sealed index and the user's own into one: the same rankings, scores and fusion as one index over both.
import type { RecallIndex, RecallSpace } from "../recall/index-file.ts";
import type { Keywords } from "../recall/keywords/keywords-file.ts";
import type { Payloads } from "../recall/payloads.ts";
import { bestOf } from "../recall/ranking.ts";
import type { RecallParts } from "../recall/recall.ts";
import type { Nearest, NearestOptions, Space } from "../recall/vectors/space.ts";

/** Lines of `own` come after those of `sealed`, whose settings count. */
export function joinParts(sealed: RecallParts, own: RecallParts): RecallParts {
  const start = sealed.index.count;
  const spaces = joinSpaces(sealed.spaces, own.spaces, start);
  const index: RecallIndex = {
    ...sealed.index,
    count: start + own.index.count,
    spaces: spaces.map(({ space }) => space),
  };
  return {
    index,
    payloads: joinPayloads(sealed.payloads, own.payloads, start),
    spaces,
    keywords: sealed.keywords && own.keywords && joinKeywords(sealed.keywords, own.keywords),
  };
}

function joinPayloads(sealed: Payloads, own: Payloads, start: number): Payloads {
  return {
    at: (row) => (row < start ? sealed.at(row) : own.at(row - start)),
    where: (test) => new Set([...sealed.where(test), ...[...own.where(test)].map((row) => row + start)]),
  };
}

function joinSpaces(sealed: readonly Space[], own: readonly Space[], start: number): Space[] {
  const moved = own.map((space) => later(space, start));
  const both = sealed.map((space) => {
    const other = moved.find((one) => one.space.name === space.space.name);
    return other === undefined ? space : together(space, other, start);
  });
  const alone = moved.filter(({ space: { name } }) => !sealed.some((one) => one.space.name === name));
  return [...both, ...alone];
}

/** The same space with its lines further down. */
function later({ space, nearest, vectorOf }: Space, start: number): Space {
  return {
    space,
    nearest: (query, { most, admitted }) => {
      const own = admitted && new Set([...admitted].flatMap((row) => (row < start ? [] : [row - start])));
      const { ranking, probes } = nearest(query, { most, admitted: own });
      return { ranking: ranking.map(({ row, score }) => ({ row: row + start, score })), probes };
    },
    vectorOf: (row) => (row < start ? undefined : vectorOf(row - start)),
  };
}

function together(first: Space, second: Space, start: number): Space {
  const space: RecallSpace = { ...first.space, count: first.space.count + second.space.count };
  const nearest = (query: Float32Array, { most, admitted }: NearestOptions): Nearest => {
    const sealed = admitted && new Set([...admitted].filter((row) => row < start));
    const found = [first.nearest(query, { most, admitted: sealed }), second.nearest(query, { most, admitted })];
    return {
      ranking: bestOf(
        found.flatMap(({ ranking }) => ranking),
        most,
      ),
      probes: found.reduce((sum, { probes }) => sum + probes, 0),
    };
  };
  return { space, nearest, vectorOf: (row) => (row < start ? first : second).vectorOf(row) };
}

/** One table of words, so that a word's weight counts the passages of both. */
function joinKeywords(sealed: Keywords, own: Keywords): Keywords {
  const start = sealed.lengths.length;
  const lengths = new Uint32Array(start + own.lengths.length);
  lengths.set(sealed.lengths);
  lengths.set(own.lengths, start);
  const all = [...new Set([...sealed.words.keys(), ...own.words.keys()])];
  const total = sealed.rows.length + own.rows.length;
  const table = { rows: new Uint32Array(total), counts: new Uint32Array(total) };
  const starts = new Uint32Array(all.length + 1);
  let at = 0;
  for (const [place, word] of all.entries()) {
    for (const [keywords, offset] of [[sealed, 0] as const, [own, start] as const]) {
      const known = keywords.words.get(word);
      if (known === undefined) continue;
      const [from = 0, to = 0] = [keywords.starts[known], keywords.starts[known + 1]];
      for (let posting = from; posting < to; posting++, at++) {
        table.rows[at] = (keywords.rows[posting] ?? 0) + offset;
        table.counts[at] = keywords.counts[posting] ?? 0;
      }
    }
    starts[place + 1] = at;
  }
  return { lengths, words: new Map(all.map((word, place) => [word, place])), starts, ...table };
}
