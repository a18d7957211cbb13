// This file defines what kolm needs of a provider's batch API.
import type { Body } from "../ask/dialect.ts";

export type BatchRequest = { readonly key: string; readonly body: Body };
/** A batch as the provider has it now. */
export type BatchState = {
  readonly id: string;
  readonly ended: boolean;
  readonly done: number;
  readonly total: number;
  /** Why the provider took none of it, in its words. */
  readonly refused?: string;
  /** Somebody cancelled it. */
  readonly cancelled: boolean;
  /** It ended early, and the provider may say nothing of the requests it did not get to. */
  readonly partial: boolean;
};
/** One request's end; again: the batch did not get to it, and nothing was billed. */
export type BatchResult =
  | { readonly key: string; readonly raw: unknown }
  | { readonly key: string; readonly failed: string; readonly again: boolean };

export type BatchLine = {
  /** Most requests and bytes of one batch. */
  readonly most: { readonly requests: number; readonly bytes: number };
  /** Id of the newest batch there is; null for none. */
  readonly newest: () => Promise<string | null>;
  /** Sends a batch, once; ticket is 64 hex digits that the provider keeps with it where it can. */
  readonly submit: (ticket: string, requests: readonly BatchRequest[]) => Promise<string>;
  /** Batches that may be the ticket's, newer than `since`; certain where the provider keeps tickets. */
  readonly find: (sought: { ticket: string; since: string | null; count: number }) => Promise<readonly Candidate[]>;
  readonly look: (id: string) => Promise<BatchState>;
  /** All results of an ended batch, in any order. */
  readonly results: (id: string) => AsyncIterable<BatchResult>;
};
export type Candidate = { readonly id: string; readonly certain: boolean };
