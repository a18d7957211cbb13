// This file states the language in words for whoever writes programs: one line an operation, from its schema and its kinds.
import { z } from "zod";
import { LIMITS } from "../limits.ts";
import { givesOf, operandsOf, REFERENCES } from "./kinds.ts";
import { Node } from "./node.ts";

type Schema = {
  readonly type?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly anyOf?: readonly Schema[];
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
};

/** Every operation: its fields with their kinds or ranges, what it gives, and what that means. */
export function describeLanguage(): string {
  const lines = Node.options.map((option) => describe(z.toJSONSchema(option) as Schema)); // an object's schema
  return [
    `A program is a list of at most ${LIMITS.nodes} nodes. A node is an object with an operation "op" and its fields. A field whose`,
    "type is <kind> holds the index of an earlier node that gives that kind. Every node but the last is read by a later one; the last is the result.",
    "A node may give nothing, and then so does every operation that reads it, unless said otherwise. ? marks fields that may be left out.",
    "Regular expressions: RE2, without flags, names, look-around, \\p; at most 512 bytes.",
    "",
    ...lines,
  ].join("\n");
}

function describe({ properties = {}, required = [], description = "" }: Schema): string {
  const op = String(properties["op"]?.const) as Node["op"]; // the schema's own list
  const kinds = kindsOf(op);
  const fields = Object.entries(properties).map(([name, schema]) => {
    const type = kinds.get(name) ?? typeOf(schema);
    return name === "op" ? `"op": "${op}"` : `"${name}"${required.includes(name) ? "" : "?"}: ${type}`;
  });
  const gives = givesOf(op);
  return `{${fields.join(", ")}} gives ${gives === "same" ? "what its branches give" : gives}: ${description}`;
}

/** By field, the kinds of the nodes it refers to. */
function kindsOf(op: Node["op"]): ReadonlyMap<string, string> {
  const sample: Record<string, unknown> = { op };
  REFERENCES.forEach((name, index) => (sample[name] = index));
  const plain = named(sample);
  return plain ?? named({ ...sample, of: [0] }, "list of ") ?? new Map();
}

function named(sample: Record<string, unknown>, many = ""): ReadonlyMap<string, string> | undefined {
  try {
    // Only the references of the node are looked at.
    const operands = operandsOf(sample as unknown as Node);
    return new Map(
      operands.map(({ ref, kinds }) => {
        const name = REFERENCES[ref] ?? "of";
        const kind = kinds.length > 4 ? "any" : kinds.join(" or ");
        return [name, name === "of" ? `${many}<${kind}>` : `<${kind}>`];
      }),
    );
  } catch (error) {
    // An operation on a list of nodes cannot read one number.
    if (error instanceof TypeError) return undefined;
    throw error;
  }
}

function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (schema.anyOf !== undefined) return schema.anyOf.map(typeOf).join(" or ");
  if (schema.prefixItems !== undefined) return `[${schema.prefixItems.map(typeOf).join(", ")}]`;
  if (schema.type === "array") return `list of ${typeOf(schema.items ?? {})}`;
  if (schema.type === "object") {
    const fields = Object.entries(schema.properties ?? {}).map(([name, one]) => `"${name}": ${typeOf(one)}`);
    return `{${fields.join(", ")}}`;
  }
  if (schema.pattern !== undefined) return `${schema.type} like /${schema.pattern}/`;
  return `${schema.type ?? "any"}${rangeOf(schema)}`;
}

function rangeOf({ type, minimum, maximum, minLength, maxLength }: Schema): string {
  if (type === "string" && maxLength !== undefined) return ` of ${minLength ?? 0} to ${maxLength}`;
  return minimum === undefined || maximum === undefined || minimum === Number.MIN_SAFE_INTEGER
    ? ""
    : ` from ${minimum} to ${maximum}`;
}
