// This file lists what @kolm/corpus offers in Node only.
export { pictureDecoder } from "./decoder.ts";
