// This file names the address that requests of this protocol go to, as far as it decides the answer.
import type { OpenAIOptions } from "../options.ts";

/** null for the provider's own; part of every request's digest. */
export function addressOf({ baseURL, azure }: OpenAIOptions): string | null {
  if (baseURL === undefined) return null;
  return azure === undefined ? baseURL : `${baseURL}?api-version=${azure.apiVersion}`;
}
