// This file writes the task's contract as the JSON Schema that structured outputs are constrained by.
import { type Contract, type Field, unreachable } from "@kolm/format";

export type JsonSchema = { readonly [key: string]: unknown };

/** {"answer": {…one property a field…} or null}, in the subset of JSON Schema that structured outputs take. */
export function answerSchema(contract: Contract): JsonSchema {
  const fields = Object.entries(contract.output).map(([name, field]) => [name, fieldSchema(field)] as const);
  const answer = record(Object.fromEntries(fields));
  return record({ answer: { anyOf: [answer, { type: "null" }] } });
}

function fieldSchema(field: Field): JsonSchema {
  const described = field.description === undefined ? {} : { description: field.description };
  switch (field.type) {
    case "enum":
      return { type: "string", enum: field.values, ...described };
    case "boolean":
      return { type: "boolean", ...described };
    case "text":
      return { type: "string", ...described };
    case "span":
      return { type: ["string", "null"], ...described };
    case "spans":
      return {
        type: "array",
        items: record({ label: { type: "string", enum: field.labels }, text: { type: "string" } }),
        ...described,
      };
    case "retrieval":
      return { type: "array", items: { type: "string" }, ...described };
    default:
      return unreachable(field);
  }
}

function record(properties: Readonly<Record<string, JsonSchema>>): JsonSchema {
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}
