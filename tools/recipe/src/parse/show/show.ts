// This file writes canonical values in the form a recipe states (SPEC.md §8.10).
import { isCode } from "../amount/currencies.ts";
import { converted } from "../amount/unit.ts";
import { BY_SYMBOL } from "../amount/units.ts";
import { partsOf } from "../phone/phone.ts";
import { type Ratio, ratio, ratioOf, times } from "../ratio.ts";
import { clockDuration, durationWords, secondsOf } from "./duration.ts";
import { groupedNumber, numberWords, ordinalNumber, type Places, plainNumber } from "./number.ts";

/** Kinds that can be written; dates and times are written by the operation for moments. */
export const SHOWN_KINDS = ["number", "percent", "duration", "phone", "currency", "unit"] as const;
export type ShownKind = (typeof SHOWN_KINDS)[number];

type Form = (value: string, settings: Places) => string | undefined;

const onNumber =
  (write: (value: Ratio, settings: Places) => string | undefined): Form =>
  (value, settings) => {
    const number = ratioOf(value);
    return number === undefined ? undefined : write(number, settings);
  };

const onPercent =
  (write: (value: Ratio, settings: Places) => string | undefined): Form =>
  (value, settings) =>
    value.endsWith("%") ? onNumber(write)(value.slice(0, -1), settings) : undefined;

const FORMS: Readonly<Record<ShownKind, Readonly<Record<string, Form>>>> = {
  number: {
    plain: onNumber(plainNumber),
    grouped: onNumber(groupedNumber),
    words: onNumber(numberWords),
    ordinal: onNumber(ordinalNumber),
  },
  percent: {
    plain: onPercent((value, settings) => signed(plainNumber(value, settings), "%")),
    words: onPercent((value) => signed(numberWords(value), " percent")),
    ratio: onPercent((value, settings) => plainNumber(times(value, ratio(1n, 100n)), settings)),
  },
  duration: {
    seconds: onDuration(1n),
    minutes: onDuration(60n),
    hours: onDuration(3600n),
    clock: clockDuration,
    words: durationWords,
  },
  phone: {
    digits: (value) => (partsOf(value) === undefined ? undefined : value.slice(1)),
    national: (value) => partsOf(value)?.national,
  },
  currency: {
    plain: money((amount, code) => `${amount} ${code}`),
    before: money((amount, code) => `${code} ${amount}`),
    amount: money((amount) => amount),
    code: (value) => moneyParts(value)?.code,
  },
  unit: {
    amount: (value, settings) => {
      const size = ratioOf(value.split(" ")[0] ?? "");
      return size === undefined || !BY_SYMBOL.has(value.split(" ").slice(1).join(" "))
        ? undefined
        : plainNumber(size, settings);
    },
  },
};

/** Whether a form exists for a kind: a word of the table, "#" places of a phone number, a unit's symbol. */
export function isForm(kind: ShownKind, form: string): boolean {
  if (Object.hasOwn(FORMS[kind], form)) return true;
  if (kind === "phone") return form.includes("#");
  return kind === "unit" && BY_SYMBOL.has(form);
}

/** A canonical value in a form; undefined where the text is no such value or the form cannot hold it. */
export function showValue(
  value: string,
  kind: ShownKind,
  { form, ...settings }: { readonly form: string } & Places,
): string | undefined {
  const write = Object.hasOwn(FORMS[kind], form) ? FORMS[kind][form] : undefined;
  if (write !== undefined) return write(value, settings);
  if (kind === "phone") return filled(form, partsOf(value)?.national);
  const amount = kind === "unit" ? converted(value, form) : undefined;
  const text = amount === undefined ? undefined : plainNumber(amount, settings);
  return text === undefined ? undefined : `${text} ${form}`;
}

// One "#" a digit of the national number; none may be left over.
function filled(form: string, national: string | undefined): string | undefined {
  if (national === undefined || form.split("#").length - 1 !== national.length) return undefined;
  let next = 0;
  return form.replaceAll("#", () => national.charAt(next++));
}

function onDuration(unit: bigint): Form {
  return (value, settings) => {
    const seconds = secondsOf(value);
    return seconds === undefined ? undefined : plainNumber(times(seconds, ratio(1n, unit)), settings);
  };
}

function money(write: (amount: string, code: string) => string): Form {
  return (value, settings) => {
    const parts = moneyParts(value);
    const amount = parts === undefined ? undefined : groupedNumber(parts.amount, settings);
    return parts === undefined || amount === undefined ? undefined : write(amount, parts.code);
  };
}

function moneyParts(value: string): { amount: Ratio; code: string } | undefined {
  const [decimal = "", code = "", ...rest] = value.split(" ");
  const amount = ratioOf(decimal);
  return amount === undefined || !isCode(code) || rest.length > 0 ? undefined : { amount, code };
}

function signed(text: string | undefined, sign: string): string | undefined {
  return text === undefined ? undefined : text + sign;
}
