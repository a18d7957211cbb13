// This file defines the port behind which every teacher stands, be it a file of answers or a model over the network.
import type { Output } from "@kolm/format";

/** One question: sample 0 is the teacher's plain answer, later samples may differ from it. */
export type TeacherRequest = { readonly input: string; readonly sample: number };

/** What one paid request took; key is the SHA-256 of the canonical request. */
export type Call = {
  readonly key: string;
  readonly tokens: { readonly input: number; readonly output: number };
  readonly latencyMs: number;
};

/** An answer that fits the contract (null: the teacher abstains), or none, with a note that says why. */
export type TeacherAnswer =
  | { readonly status: "valid"; readonly output: Output | null; readonly calls: readonly Call[] }
  | { readonly status: "invalid"; readonly note: string; readonly calls: readonly Call[] }
  | { readonly status: "missing"; readonly note: string; readonly calls: readonly Call[] };

/** What a run will do: requests whose answers are known, and those that still have to be asked. */
type Forecast = { readonly known: number; readonly toAsk: number };

export interface Teacher {
  /** Recorded with the answers: provider and model or columns. */
  readonly name: { readonly provider: string; readonly model: string };
  /** How many answers may be under way at once. */
  readonly concurrency: number;
  /** Looks at all requests of the run before the first is asked. */
  forecast(requests: readonly TeacherRequest[]): Promise<Forecast>;
  answer(request: TeacherRequest): Promise<TeacherAnswer>;
}
