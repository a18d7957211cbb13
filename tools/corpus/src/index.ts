// This file lists what @kolm/corpus offers: readers of documents, pictures and sounds, and the cutting of text into passages.
export { type Chunk, type Chunker, chunkDocument, type CountTokens, createChunker } from "./chunk/chunk.ts";
export type { Content } from "./read/content.ts";
export type { Document, Found, Meta, Picture, Range, Section, Sound } from "./read/document.ts";
export { words } from "./read/markdown.ts";
export type { CompiledWasm, PictureDecoder, PictureFormat, ReadOptions, RowColumns } from "./read/options.ts";
export { isReadable, KINDS, readCorpusFile, readDocument } from "./read/read.ts";
export { resample } from "./sound/resample.ts";
