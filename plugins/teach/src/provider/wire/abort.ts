// This file shares one run's signal among many calls: each gets a signal of its own, the run's own has one listener.
import { setTimeout } from "node:timers/promises";
import type { Pause } from "./patience.ts";

type Call = { readonly signal: AbortSignal } & Disposable;
/** open: a signal for one call (the SDKs leave their listeners on it); pause: a wait that ends with the run. */
export type Calls = { readonly open: () => Call; readonly pause: Pause };

export function callsUnder(signal: AbortSignal): Calls {
  const open = new Set<AbortController>();
  signal.addEventListener("abort", () => open.forEach((controller) => controller.abort(signal.reason)), { once: true });
  const begin = (): Call => {
    const controller = new AbortController();
    open.add(controller);
    if (signal.aborted) controller.abort(signal.reason);
    return { signal: controller.signal, [Symbol.dispose]: () => void open.delete(controller) };
  };
  const pause = async (milliseconds: number): Promise<void> => {
    using call = begin();
    await setTimeout(milliseconds, undefined, { signal: call.signal }).catch((error: unknown) => {
      signal.throwIfAborted();
      throw error;
    });
  };
  return { open: begin, pause };
}
