// This file defines the port behind which every teacher stands, be it a file of answers or a model over the network.
import type { Output } from "@kolm/format";

/** Work other than the task's own question: fixed words, and the JSON Schema that the answer must fit. */
export type Assignment = { readonly system: string; readonly schema: Readonly<Record<string, unknown>> };

/**
 * One question: sample 0 is the teacher's plain answer, later samples may differ from it. input is data, delimited,
 * also where an assignment says what to do with it.
 */
export type TeacherRequest = { readonly input: string; readonly sample: number; readonly assignment?: Assignment };

/** What one paid request took; key is the SHA-256 of the canonical request. */
export type Call = {
  readonly key: string;
  readonly tokens: { readonly input: number; readonly output: number };
  /** null where nobody waited for it: batches. */
  readonly latencyMs: number | null;
  /** Billed at the batch price; live when left out. */
  readonly mode?: "live" | "batch";
};

/** An answer that fits the contract (null: the teacher abstains), or none, with a note that says why. */
export type TeacherAnswer =
  | {
      readonly status: "valid";
      readonly output: Output | null;
      /** By field and value, from the server's token probabilities; enum and boolean fields only. */
      readonly soft?: Readonly<Record<string, Readonly<Record<string, number>>>>;
      readonly calls: readonly Call[];
    }
  | { readonly status: "invalid"; readonly note: string; readonly calls: readonly Call[] }
  | { readonly status: "missing"; readonly note: string; readonly calls: readonly Call[] };

/** What an assignment gave: JSON that its schema describes, not yet checked against it. */
export type Composed =
  | { readonly status: "composed"; readonly value: unknown; readonly calls: readonly Call[] }
  | { readonly status: "invalid"; readonly note: string; readonly calls: readonly Call[] };

/**
 * One try at a question. request is all that decides the answer, without any key; its canonical JSON has the SHA-256
 * `key`. worst: the most tokens the question may still be billed for, further tries and failed attempts counted. call
 * stands when the memo holds the reply.
 */
export type Try = {
  readonly key: string;
  readonly request: Readonly<Record<string, unknown>>;
  readonly worst: Call["tokens"];
  readonly call?: Call;
};

/** What a run will do: requests whose answers are known, and those that still have to be asked. */
type Forecast = { readonly known: number; readonly toAsk: number };

export interface Teacher {
  /** Recorded with the answers: provider and model or columns. */
  readonly name: { readonly provider: string; readonly model: string };
  /** How many answers may be under way at once. */
  readonly concurrency: number;
  /** Dollars spent so far under the budget's rules, as an exact decimal; only where answers cost money. */
  readonly spent?: () => string;
  /** Looks at all requests of the run before the first is asked. */
  forecast(requests: readonly TeacherRequest[]): Promise<Forecast>;
  answer(request: TeacherRequest): Promise<TeacherAnswer>;
  /** Does an assignment; only where the request has one. */
  compose(request: TeacherRequest): Promise<Composed>;
  /** Tries the memo has the replies of, then the one to be sent next, if any; sends nothing. None where nothing is sent. */
  tries(request: TeacherRequest): Promise<readonly Try[]>;
}
