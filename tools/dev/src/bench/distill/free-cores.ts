// This file finds out how many of two cores a benchmark really has to itself.
import { cpus } from "node:os";
import { Worker } from "node:worker_threads";

const SPIN = `
  const { parentPort, workerData } = require("node:worker_threads");
  const end = performance.now() + workerData;
  while (performance.now() < end);
  parentPort.postMessage("done");
`;

/** CPU time over wall time of two workers that spin for half a second: 2 where two cores are free. */
export async function freeCores(milliseconds = 500): Promise<number> {
  const workers = [0, 1].map(() => new Worker(SPIN, { eval: true, workerData: milliseconds }));
  await Promise.all(workers.map((worker) => once(worker, "online")));
  const [start, before] = [performance.now(), process.cpuUsage()];
  await Promise.all(workers.map((worker) => once(worker, "message")));
  const { user, system } = process.cpuUsage(before);
  const wall = performance.now() - start;
  await Promise.all(workers.map((worker) => worker.terminate()));
  return (user + system) / 1000 / wall;
}

/** Milliseconds that all cores have worked, for whatever process. */
export function busyTime(): number {
  return cpus().reduce((sum, { times }) => sum + times.user + times.nice + times.sys + times.irq, 0);
}

function once(worker: Worker, event: "online" | "message"): Promise<void> {
  return new Promise((resolve, reject) => {
    worker.once(event, () => resolve());
    worker.once("error", reject);
  });
}
