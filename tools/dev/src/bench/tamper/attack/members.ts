// This file forges containers field by field: headers that lie, members that are moved, doubled, hidden or strange.
import { utf8, type VerdictCode } from "@kolm/format";
import type { Rng } from "@kolm/stage";
import { type Family, flipped, type Mutant, noise, pick } from "../family.ts";
import type { Parts } from "../forge.ts";
import { alignment, rawZip, u16, u32, u64, type RawEnd, type RawMember } from "../raw-zip.ts";

const listed = ({ members }: Parts): RawMember[] => [...members].map(([path, data]) => ({ path, data }));

type Change = { readonly members: RawMember[]; readonly end?: RawEnd };

/** The file written anew by an encoder that checks nothing. */
function rewriting(
  name: string,
  codes: readonly VerdictCode[],
  change: (members: RawMember[], rng: Rng, parts: Parts) => Change | undefined,
): Family {
  return {
    name,
    make: (parts, rng): Mutant | undefined => {
      const changed = change(listed(parts), rng, parts);
      return changed && { file: rawZip(changed.members, changed.end), codes };
    },
  };
}

/** One member, by lot, with a change to it. */
function oneChanged(members: RawMember[], rng: Rng, change: (member: RawMember) => Partial<RawMember>): Change {
  const at = rng.integer(members.length);
  return { members: members.map((member, index) => (index === at ? { ...member, ...change(member) } : member)) };
}

const other = (rng: Rng, honest: number, below: number): number => (honest + 1 + rng.integer(below - 1)) % below;

const WORDS = ["a", "model", "x.bin", "index", "0", "card.md", "weights.onnx", "z-9_1.json"];

/** Names no system should meet. */
function badName(rng: Rng): Uint8Array | string {
  const word = pick(rng, WORDS);
  const bad = [
    `layers/../${word}`,
    `/${word}`,
    `layers\\docs\\${word}`,
    `layers/docs/${word.toUpperCase()}X`,
    `layers/docs/${word}.`,
    `layers/docs/${pick(rng, ["con", "prn", "aux", "nul", `com${rng.integer(10)}`, `lpt${rng.integer(10)}`])}.${word}`,
    `layers/docs/${word}/`,
    `layers/docs/${word}\0`,
    `layers/docs/${word}\u00e9`,
    `layers/docs/-${word}`,
    `layers//${word}`,
    `layers/docs/a/b/c/${word}`,
    `layers/docs/${"n".repeat(64 + rng.integer(400))}`,
    `C:${word}`,
    ` ${word}`,
    "",
  ];
  return rng.integer(3) === 0
    ? new Uint8Array([...utf8("layers/docs/"), 128 + rng.integer(128), ...noise(rng, 4)])
    : pick(rng, bad);
}

const extra = (path: Uint8Array | string, rng: Rng): RawMember => ({ path, data: noise(rng, 1 + rng.integer(40)) });

function lie(rng: Rng, member: RawMember): NonNullable<RawMember["local"]> {
  const lies = [
    { version: other(rng, 10, 65_536) },
    { flags: 1 + rng.integer(65_535) },
    { method: 1 + rng.integer(65_535) },
    { time: 1 + rng.integer(65_535) },
    { date: other(rng, 0x21, 65_536) },
    { stored: other(rng, member.data.length, 65_536) },
    { size: other(rng, member.data.length, 65_536) },
  ];
  return pick(rng, lies);
}

export const MEMBER_FAMILIES: readonly Family[] = [
  rewriting("member: a local header lies", ["E_HEADER"], (members, rng) =>
    oneChanged(members, rng, (member) => ({ local: lie(rng, member) })),
  ),
  rewriting("member: a directory record lies", ["E_DIRECTORY"], (members, rng) =>
    oneChanged(members, rng, (member) => {
      const { size, ...central } = lie(rng, member);
      return { central: size === undefined ? central : { external: 1 + rng.integer(2 ** 31) } };
    }),
  ),
  rewriting("member: header and record lie alike", ["E_HEADER"], (members, rng) =>
    oneChanged(members, rng, (member) => {
      const { size: _, ...lies } = lie(rng, member);
      const both = Object.keys(lies).length === 0 ? { time: 1 + rng.integer(65_535) } : lies;
      return { local: both, central: both };
    }),
  ),
  // With mimetype, manifest, receipt and index intact the wrong checksum is found last, after everything that proves.
  rewriting("member: CRC-32 wrong in header and record", ["E_HEADER"], (members, rng) =>
    oneChanged(members, rng, () => {
      const crc = rng.integer(2 ** 32);
      return { local: { crc }, central: { crc } };
    }),
  ),
  rewriting("member: other bytes in the alignment field", ["E_HEADER"], (members, rng) => {
    const [first, ...aligned] = members;
    if (first === undefined) return undefined;
    const { members: changed } = oneChanged(aligned, rng, (member) => ({
      localExtra: (at: number) => {
        const honest = alignment(member, at + 30 + String(member.path).length);
        const dirty = noise(rng, honest.length);
        return Buffer.compare(dirty, honest) === 0 ? flipped(honest, 0, 0) : dirty;
      },
    }));
    return { members: [first, ...changed] };
  }),
  rewriting("member: an extra field in the directory", ["E_DIRECTORY"], (members, rng) =>
    oneChanged(members, rng, () => {
      const data = noise(rng, rng.integer(24));
      return { centralExtra: new Uint8Array(Buffer.concat([u16(rng.integer(65_536)), u16(data.length), data])) };
    }),
  ),
  rewriting("member: moved", ["E_ORDER"], (members, rng) => {
    const from = rng.integer(members.length);
    const [moved] = members.splice(from, 1);
    if (moved !== undefined) members.splice((from + 1 + rng.integer(members.length)) % (members.length + 1), 0, moved);
    return members[from] === moved ? undefined : { members };
  }),
  rewriting("member: all in another order", ["E_ORDER"], (members, rng) => {
    const shuffled = rng.shuffle(members);
    return shuffled.every((member, at) => member === members[at]) ? undefined : { members: shuffled };
  }),
  rewriting("member: left out", ["E_ORDER"], (members, rng) => {
    const kept = members.filter(({ path }) => !String(path).startsWith("seal/"));
    const gone = new Set(rng.shuffle(kept).slice(0, 1 + rng.integer(Math.min(5, kept.length - 1))));
    return { members: members.filter((member) => !gone.has(member)) };
  }),
  rewriting("member: doubled", ["E_DUP"], (members, rng) => {
    const twin = pick(rng, members);
    members.splice(rng.integer(members.length + 1), 0, { ...twin, data: noise(rng, 1 + rng.integer(40)) });
    return { members };
  }),
  rewriting("member: a name that is not allowed", ["E_NAME"], (members, rng) => {
    members.splice(rng.integer(members.length + 1), 0, extra(badName(rng), rng));
    return { members };
  }),
  rewriting("member: a seal RS-1 does not know", ["E_SEAL_NAME"], (members, rng) => {
    const word = pick(rng, WORDS);
    const names = [
      `seal/${word}`,
      `seal/att-${word}.json`,
      `seal/bundle-${word}.json`,
      `seal/${word}/att-00.json`,
      `seal/att-${100 + rng.integer(900)}.json`,
    ];
    return { members: [...members, extra(pick(rng, names), rng)] };
  }),
  rewriting("member: in no zone", ["E_ORDER"], (members, rng) => {
    const word = pick(rng, WORDS);
    const names = [
      word,
      "seal",
      "layers",
      `layers/${word}`,
      `layers/code/${word}`,
      `receipt/${word}`,
      `index/${word}`,
      `meta-inf/${word}`,
    ];
    members.splice(4 + rng.integer(members.length - 3), 0, extra(pick(rng, names), rng));
    return { members };
  }),
  rewriting("member: a layer the manifest does not name", ["E_ORDER"], (members, rng, { layout }) => {
    const last = layout.members.findLastIndex(({ path }) => path.startsWith("layers/"));
    members.splice(last + 1, 0, extra(`layers/docs/zz-${rng.integer(1_000_000)}.md`, rng));
    return { members };
  }),
  rewriting("member: bytes between members", ["E_TILE"], (members, rng) =>
    oneChanged(members, rng, () => ({ after: noise(rng, 1 + rng.integer(90)) })),
  ),
  rewriting("member: hidden before the directory", ["E_TILE"], (members, rng) => ({
    members,
    end: { directoryGap: noise(rng, 1 + rng.integer(90)) },
  })),
  rewriting("member: two records for one header", ["E_TILE"], (members, rng, { layout }) => {
    const target = pick(rng, layout.members);
    const name = `layers/docs/zz-${rng.integer(1_000_000)}.md`;
    const at = members.findLastIndex(({ path }) => String(path).startsWith("layers/"));
    members.splice(at + 1, 0, {
      path: name,
      data: noise(rng, 1 + rng.integer(20)),
      listedOnly: true,
      offset: target.offset,
    });
    return { members };
  }),
  rewriting("end: the count lies", ["E_LIMIT", "E_DIRECTORY"], (members, rng) => ({
    members,
    end: { count: other(rng, members.length, 65_535) },
  })),
  rewriting("end: a comment", ["E_EOCD"], (members, rng) => ({
    members,
    end: { comment: Buffer.concat([noise(rng, 1 + rng.integer(60)), Uint8Array.of(0)]) },
  })),
  rewriting("end: bytes after the directory", ["E_TILE"], (members, rng) => ({
    members,
    end: { before: noise(rng, 1 + rng.integer(90)) },
  })),
  rewriting("end: ZIP64 asked for and missing", ["E_ZIP64"], (members, rng) => ({
    members,
    end: pick(rng, [{ count: 65_535 }, { offset: 0xffff_ffff }]),
  })),
  rewriting("end: ZIP64 records that nobody asked for", ["E_TILE"], (members, rng) => ({
    members,
    end: { before: zip64(rng, rng.integer(100_000)) },
  })),
];

function zip64(rng: Rng, at: number): Uint8Array {
  const numbers = [1 + rng.integer(9), 1 + rng.integer(9), rng.integer(5000), rng.integer(5000)].map((value) =>
    u64(value),
  );
  const record = [u32(0x0606_4b50), u64(44), u16(45), u16(45), u32(0), u32(0), ...numbers];
  return new Uint8Array(Buffer.concat([...record, u32(0x0706_4b50), u32(0), u64(at), u32(1)]));
}
