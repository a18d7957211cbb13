// This file lists what @kolm/cache-server offers.
export { startCacheServer } from "./server.ts";
export type { CacheServer, ServerOptions } from "./server.ts";
export { issueToken, readTokens } from "./token.ts";
export type { Grant, Tokens } from "./token.ts";
