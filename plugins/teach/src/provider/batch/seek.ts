// This file finds a batch whose id was lost between its submission and the writing of its id.
import type { BatchLine, BatchState, Candidate } from "./line.ts";
import type { Tickets } from "./tickets.ts";

/** A provider may list a batch a moment after it took it. */
const LOOKS = 3;

type Means = {
  readonly batches: BatchLine;
  readonly tickets: Tickets;
  readonly ended: (id: string) => Promise<BatchState>;
  readonly again: <T>(look: () => Promise<T>) => Promise<T>;
  readonly pause: () => Promise<void>;
};

/** The id of a ticket's batch at the provider; undefined when it never got there. */
export async function seek(ticket: string, means: Means): Promise<string | undefined> {
  const { batches, tickets, again, pause } = means;
  const intent = await tickets.intent(ticket);
  if (intent === undefined) return undefined;
  const refused = new Set<string>();
  for (let looks = 0; looks < LOOKS; looks++) {
    if (looks > 0) await pause();
    const { since, count } = intent;
    for (const candidate of await again(() => batches.find({ ticket, since, count }))) {
      if (refused.has(candidate.id)) continue;
      if (await isOurs(candidate, ticket, means)) return candidate.id;
      refused.add(candidate.id);
    }
  }
  return undefined;
}

// Where the provider keeps no ticket, the first result tells: its name is a question that went out with the ticket.
async function isOurs({ id, certain }: Candidate, ticket: string, means: Means): Promise<boolean> {
  const { batches, tickets, ended, again } = means;
  if (certain) return true;
  const owner = await tickets.owner(id);
  if (owner !== undefined) return owner === ticket;
  await ended(id);
  const key = await again(async () => {
    for await (const result of batches.results(id)) return result.key;
    return undefined;
  });
  return key !== undefined && (await tickets.history(key)).includes(ticket);
}
