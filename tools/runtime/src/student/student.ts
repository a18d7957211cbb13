// This file answers fields with the student: the base encoder with its adapter merged in and a head a field.
import { assert, type FieldValue, type LabelledSpan, type Span, unreachable } from "@kolm/format";
import {
  type CreateSession,
  decodeBounded,
  encodeModel,
  logitsName,
  mergeStudent,
  type StudentSpec,
  type Values,
  type Weights,
} from "@kolm/onnx";
import { padBatch } from "../encoder/batch.ts";
import { createTokenizer, type Encoding } from "../text/tokenizer.ts";
import { countMacs } from "./macs.ts";
import { argmax, softmax } from "./softmax.ts";
import { classesOf, type Head, isTokenHead, type StudentFile } from "./student-file.ts";
import { sureness } from "./sureness.ts";
import { readTags, type TaggedSpan } from "./tags.ts";

export type Decided = { readonly value: FieldValue; readonly confidence: number };

export type StudentAnswer = {
  readonly fields: ReadonlyMap<string, Decided>;
  /** Probability that the input is one for this task; null without a scope head. */
  readonly scope: number | null;
  /** How sure that is, on the scale of the fields' confidences; 1 without a scope head. */
  readonly scopeConfidence: number;
  readonly macs: number;
  /** Where the input stands in the student's own space; not of length 1, and absent where the graph does not give it. */
  readonly pooled?: Float32Array;
  /** True when the input was longer than the encoder reads. */
  readonly truncated: boolean;
};

export interface Student {
  readonly file: StudentFile;
  answer(input: string): Promise<StudentAnswer>;
  close(): Promise<void>;
}

export type StudentParts = {
  readonly file: StudentFile;
  /** The base encoder, or the merged student where student.json has weights: a serialised ONNX model; and the parsed tokenizer.json. */
  readonly encoder: Uint8Array;
  readonly tokenizer: unknown;
  /** LoRA and head weights by name; none for a merged student. */
  readonly weights: Weights;
  readonly createSession: CreateSession;
  readonly threads?: number;
};

/** Merges adapter and heads into the encoder, unless they are, and opens one session over it; close it when done. */
export async function createStudent({
  file,
  encoder,
  tokenizer,
  weights,
  createSession,
  threads = 1,
}: StudentParts): Promise<Student> {
  const isMerged = file.weights !== undefined;
  const given = decodeBounded(encoder);
  const graph = isMerged ? given : mergeStudent(given, specOf(file), weights);
  const session = await createSession(encodeModel(graph), { threads });
  const cutter = createTokenizer(tokenizer, { maxTokens: file.maxTokens });
  const scale = { slope: Number(file.sureness.slope), offset: Number(file.sureness.offset) };
  const macs = memoised((tokens) => countMacs(graph, tokens));
  return {
    file,
    answer: async (input) => {
      const encoding = cutter.encode(input);
      const { ids, mask, width } = padBatch([encoding.ids]);
      const values = await session.run({ [file.encoder.ids]: ids, [file.encoder.mask]: mask });
      const fields = new Map<string, Decided>();
      let scope: number | null = null;
      for (const head of file.heads) {
        const logits = logitsOf(values, head);
        if (head.kind === "scope") scope = softmax(logits, Number(head.temperature))[head.labels.indexOf("in")] ?? 0;
        else {
          const { value, confidence } = decide(head, logits, { input, encoding });
          fields.set(head.field, { value, confidence: sureness(confidence, scale) });
        }
      }
      const scopeConfidence = scope === null ? 1 : sureness(scope, scale);
      const { pooled } = values;
      return {
        fields,
        scope,
        scopeConfidence,
        macs: macs(width),
        ...(pooled?.type === "float32" ? { pooled: pooled.data } : {}),
        truncated: encoding.truncated,
      };
    },
    close: () => session.close(),
  };
}

/** The student graph that student.json describes, as training and answering build it. */
export function specOf({ encoder, lora, heads }: StudentFile): StudentSpec {
  return {
    encoder,
    lora: lora === null ? null : { ...lora, alpha: Number(lora.alpha) },
    heads: heads.map((head) => ({
      name: head.name,
      on: isTokenHead(head.kind) ? "tokens" : "pooled",
      classes: classesOf(head),
    })),
  };
}

type Text = { readonly input: string; readonly encoding: Pick<Encoding, "offsets"> };

/** Reads one head's logits: [classes], or [tokens, classes] for a token head. */
export function decide(head: Head, logits: Float32Array, { input, encoding }: Text): Decided {
  const temperature = Number(head.temperature);
  switch (head.kind) {
    case "enum":
    case "boolean": {
      const probabilities = softmax(logits, temperature);
      const best = argmax(probabilities);
      const label = head.labels[best] ?? "";
      return { value: head.kind === "boolean" ? label === "true" : label, confidence: probabilities[best] ?? 0 };
    }
    case "span":
    case "spans": {
      const { labels, wholeWords } = head;
      const tagging = readTags({
        input,
        logits,
        offsets: encoding.offsets,
        labels: labels.length,
        temperature,
        wholeWords,
      });
      const labelled = (span: TaggedSpan): LabelledSpan => ({
        ...cut(input, span),
        label: head.labels[span.label] ?? "",
      });
      if (head.kind === "spans") return { value: tagging.spans.map(labelled), confidence: tagging.confidence };
      const [best] = tagging.spans.toSorted((a, b) => b.confidence - a.confidence || a.start - b.start);
      return best
        ? { value: cut(input, best), confidence: best.confidence }
        : { value: null, confidence: tagging.confidence };
    }
    case "scope":
      return { value: null, confidence: 0 };
    default:
      return unreachable(head.kind);
  }
}

const cut = (input: string, { start, end }: { readonly start: number; readonly end: number }): Span => ({
  start,
  end,
  text: input.slice(start, end),
});

function logitsOf(values: Values, head: Head): Float32Array {
  const value = values[logitsName({ name: head.name, on: "pooled", classes: classesOf(head) })];
  assert(value?.type === "float32", `head ${head.name} gives float32 logits`);
  return value.data;
}

function memoised(compute: (tokens: number) => number): (tokens: number) => number {
  const known = new Map<number, number>();
  return (tokens) => {
    const count = known.get(tokens) ?? compute(tokens);
    known.set(tokens, count);
    return count;
  };
}
