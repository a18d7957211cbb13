// This file sorts examples into groups that one program each explains, and finds the questions that tell the groups apart.
import type { Spend } from "../bank/bank.ts";
import { solve } from "../search/whole.ts";
import type { Given, Rows, Term } from "../term.ts";
import { contains, type Flag, not, predicatesOf } from "./predicates.ts";
import { sourcesOf } from "../bank/sources.ts";

/** An example whose output is null is one where the program must give nothing. */
export type Example = { readonly input: string; readonly output: string | null };

type Group = { readonly members: readonly number[]; readonly term: Term | undefined; readonly cost: number };

const BRANCH = 1.5;
const GROUPS = 5;
/** One program for two groups must not cost this much more than the dearer of them. */
const STRETCH = 4.5;

/** Programs with conditions, cheapest first; none when the groups cannot be told apart. */
export function branch(examples: readonly Example[], inputs: readonly string[], spend: Spend): Term[] {
  const groups = groupsOf(examples, spend);
  if (groups === undefined || groups.length < 2) return [];
  const rows = rowsOf(examples, inputs);
  const flags = predicatesOf(rows)
    .flatMap((flag) => [flag, not(flag)])
    .sort((a, b) => a.cost - b.cost);
  const ordered = orderOf(groups, flags, { examples, rows });
  if (ordered === undefined) return [];
  return [chain(ordered, { examples, inputs, rows, spend })];
}

function rowsOf(examples: readonly Example[], inputs: readonly string[]): Rows {
  return {
    inputs: [...examples.map(({ input }) => input), ...inputs],
    outputs: examples.map(({ output }) => output ?? ""),
  };
}

/** Each example joins the group whose program changes least for it. */
function groupsOf(examples: readonly Example[], spend: Spend): Group[] | undefined {
  let groups: Group[] = [];
  for (const [index, { output }] of examples.entries()) {
    const own = solved(examples, [index], spend);
    if (own.cost === Number.POSITIVE_INFINITY) return undefined;
    const joined = groups.map((group) => {
      const first = examples[group.members[0] ?? 0];
      if ((first?.output === null) !== (output === null)) return undefined;
      const together = solved(examples, [...group.members, index], spend);
      if (together.term === undefined && output !== null) return undefined;
      return together.cost <= Math.max(group.cost, own.cost) + STRETCH ? { group, together } : undefined;
    });
    const best = joined
      .flatMap((one) => one ?? [])
      .sort((a, b) => a.together.cost - a.group.cost - (b.together.cost - b.group.cost))[0];
    groups =
      best === undefined ? [...groups, own] : groups.map((group) => (group === best.group ? best.together : group));
    if (groups.length > GROUPS) return undefined;
  }
  return groups;
}

function solved(examples: readonly Example[], members: readonly number[], spend: Spend): Group {
  const chosen = members.flatMap((index) => examples[index] ?? []);
  if (chosen.every(({ output }) => output === null)) return { members, term: undefined, cost: 0 };
  const [term] = solve(rowsOf(chosen, []), spend);
  return { members, term, cost: term?.cost ?? Number.POSITIVE_INFINITY };
}

type Asked = { readonly group: Group; readonly flag: Flag | undefined };
type Table = { readonly examples: readonly Example[]; readonly rows: Rows };

/** Which group is asked for first, by which question; the last group is the one no question is asked for. */
function orderOf(groups: readonly Group[], flags: readonly Flag[], table: Table): Asked[] | undefined {
  let left = [...groups];
  const asked: Asked[] = [];
  while (left.length > 1) {
    const options = left.flatMap((group) => {
      const others = left.filter((other) => other !== group).flatMap(({ members }) => members);
      const flag = flags.find(({ values }) => tells(values, group.members, others)) ?? listed(group, others, table);
      return flag === undefined ? [] : [{ group, flag }];
    });
    const best = options.sort(
      (a, b) =>
        a.flag.cost - b.flag.cost || a.group.members.length - b.group.members.length || a.group.cost - b.group.cost,
    )[0];
    if (best === undefined) return undefined;
    asked.push(best);
    left = left.filter((group) => group !== best.group);
  }
  return [...asked, ...left.map((group) => ({ group, flag: undefined }))];
}

function tells(values: readonly (boolean | undefined)[], yes: readonly number[], no: readonly number[]): boolean {
  return yes.every((row) => values[row] === true) && no.every((row) => values[row] !== true);
}

/** Words that stand in inputs of the group and in none of the others, as few as cover it. */
function listed(group: Group, others: readonly number[], { examples, rows }: Table): Flag | undefined {
  for (const source of sourcesOf(rows)) {
    const text = (row: number): string => source.values[row] ?? "";
    let open = group.members.filter((row) => examples[row] !== undefined);
    const words: string[] = [];
    while (open.length > 0) {
      const [first] = open;
      const word = (text(first ?? 0).match(/\p{L}+|\d+/gu) ?? []).find(
        (candidate) => candidate.length < 257 && !others.some((row) => text(row).includes(candidate)),
      );
      if (word === undefined) break;
      words.push(word);
      open = open.filter((row) => !text(row).includes(word));
    }
    if (open.length === 0 && words.length > 0) return contains(source, words, undefined, 2 + words.length);
  }
  return undefined;
}

type Setting = Table & { readonly inputs: readonly string[]; readonly spend: Spend };

/** One term: if … then … else …; each branch is found again with the inputs without answer that fall to it. */
function chain(asked: readonly Asked[], setting: Setting): Term {
  const { examples, rows } = setting;
  let open = rows.inputs.map((_, row) => row);
  const parts = asked.map(({ group, flag }) => {
    const mine = flag === undefined ? open : open.filter((row) => flag.values[row] === true);
    open = open.filter((row) => !mine.includes(row));
    const inputs = mine.filter((row) => row >= examples.length).map((row) => rows.inputs[row] ?? "");
    return { flag, term: branchTerm(group, inputs, setting), cost: (flag?.cost ?? 0) + BRANCH };
  });
  const cost = parts.reduce((sum, part) => sum + part.cost + (part.term?.cost ?? 0.5), 0);
  const nothing: Term = { node: { op: "abstain" }, of: [], cost: 0, values: rows.inputs.map(() => undefined) };
  let result: Term = parts.at(-1)?.term ?? nothing;
  for (const { flag, term } of parts.slice(0, -1).reverse()) {
    const of: Term<Given>[] = [flag ?? nothing, term ?? nothing, result];
    result = { node: { op: "if" }, of, cost: 0, values: [] };
  }
  return { ...result, cost };
}

function branchTerm(group: Group, inputs: readonly string[], { examples, spend }: Setting): Term | undefined {
  if (group.term === undefined) return undefined;
  const members = group.members.flatMap((index) => examples[index] ?? []);
  return solve(rowsOf(members, inputs), spend)[0] ?? group.term;
}
