// This file keeps a side index in memory, for as long as the program runs.
import { compareCodeUnits } from "@kolm/format";
import { changed } from "./failure.ts";
import type { SideRecord, SideStorage } from "./storage.ts";

/** An empty storage. */
export function memorySideStorage(): SideStorage {
  const records = new Map<string, SideRecord>();
  let revision = 0;
  return {
    load: async () => ({
      revision,
      records: [...records.values()].sort((a, b) => compareCodeUnits(a.key, b.key)),
    }),
    commit: async (change) => {
      if (change.revision !== revision) throw changed();
      for (const key of change.remove) records.delete(key);
      for (const record of change.put) records.set(record.key, record);
      return ++revision;
    },
  };
}
