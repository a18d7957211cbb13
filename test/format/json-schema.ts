// This file is a JSON Schema checker for the keywords our published schemas use; a keyword it does not know is an error.

type Schema = Readonly<Record<string, unknown>>;
type Check = (rule: never, value: unknown, schema: Schema) => boolean;

const isObject = (value: unknown): value is Schema =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const points = (value: unknown): number => (typeof value === "string" ? Array.from(value).length : 0);

const TYPES: Readonly<Record<string, (value: unknown) => boolean>> = {
  object: isObject,
  array: Array.isArray,
  string: (value) => typeof value === "string",
  boolean: (value) => typeof value === "boolean",
  integer: Number.isInteger,
  number: (value) => typeof value === "number",
  null: (value) => value === null,
};

/** The keywords of JSON Schema 2020-12 by what they demand; annotations demand nothing. */
const KEYWORDS: Readonly<Record<string, Check>> = {
  $schema: () => true,
  title: () => true,
  description: () => true,
  default: () => true,
  type: (type: string, value) => TYPES[type]?.(value) ?? false,
  const: (only: unknown, value) => value === only,
  enum: (all: readonly unknown[], value) => all.includes(value),
  pattern: (text: string, value) => typeof value !== "string" || new RegExp(text, "u").test(value),
  minLength: (least: number, value) => typeof value !== "string" || points(value) >= least,
  maxLength: (most: number, value) => typeof value !== "string" || points(value) <= most,
  minimum: (least: number, value) => typeof value !== "number" || value >= least,
  maximum: (most: number, value) => typeof value !== "number" || value <= most,
  minItems: (least: number, value) => !Array.isArray(value) || value.length >= least,
  maxItems: (most: number, value) => !Array.isArray(value) || value.length <= most,
  required: (keys: readonly string[], value) => !isObject(value) || keys.every((key) => Object.hasOwn(value, key)),
  anyOf: (all: readonly Schema[], value) => all.some((one) => fits(one, value)),
  oneOf: (all: readonly Schema[], value) => all.filter((one) => fits(one, value)).length === 1,
  propertyNames: (names: Schema, value) => !isObject(value) || Object.keys(value).every((key) => fits(names, key)),
  properties: (known: Readonly<Record<string, Schema>>, value) =>
    !isObject(value) ||
    Object.entries(known).every(([key, one]) => !Object.hasOwn(value, key) || fits(one, value[key])),
  additionalProperties: (rest: Schema | boolean, value, { properties }) =>
    !isObject(value) ||
    Object.entries(value).every(
      ([key, one]) => (isObject(properties) && Object.hasOwn(properties, key)) || fits(rest, one),
    ),
  prefixItems: (all: readonly Schema[], value) =>
    !Array.isArray(value) || all.every((one, at) => at >= value.length || fits(one, value[at])),
  items: (rest: Schema | boolean, value, { prefixItems }) =>
    !Array.isArray(value) ||
    value.slice(Array.isArray(prefixItems) ? prefixItems.length : 0).every((one: unknown) => fits(rest, one)),
};

/** Whether a value fits a schema. */
export function fits(schema: Schema | boolean, value: unknown): boolean {
  if (typeof schema === "boolean") return schema;
  return Object.entries(schema).every(([keyword, rule]) => {
    const check = KEYWORDS[keyword];
    if (check === undefined) throw new Error(`the checker does not know the keyword ${keyword}`);
    // The rule has the shape its keyword gives it.
    return check(rule as never, value, schema);
  });
}
