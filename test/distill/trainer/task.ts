// This file holds the small task that outside trainers are tested on: greetings and goodbyes, and whom they name.
import type { Answered } from "../fake-context.ts";

export const contract = {
  input: { type: "text", maxLength: 200 },
  output: { mood: { type: "enum", values: ["hello", "goodbye"] }, person: { type: "span" } },
} as const;
const HELLO = ["Hello {}, nice to meet you", "Good morning {}", "Hi {} and welcome", "Pleased to see you {}"];
const GOODBYE = ["Goodbye {} and thanks", "See you next week, {}", "Bye for now {}", "Farewell {}, old friend"];
export const answers = ["Ravi", "Ingrid", "Tomas"].flatMap((name) =>
  [...HELLO, ...GOODBYE].map((text, place): Answered => {
    const start = text.indexOf("{}");
    const person = { start, end: start + name.length, text: name };
    return { input: text.replace("{}", name), output: { mood: place < 4 ? "hello" : "goodbye", person } };
  }),
);
