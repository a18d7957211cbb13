// This file defines a constant matrix as products see it, whatever its layout in the graph.
import type { GraphBuilder } from "../build/builder.ts";

/** A constant matrix as it is multiplied with: y = x·W, W of [rows, columns] read through `at`. */
export type Matrix = {
  readonly name: string;
  readonly rows: number;
  readonly columns: number;
  readonly at: (row: number, column: number) => number;
};

/** Appends y = x·W under the name y. */
export type Product = (builder: GraphBuilder, matrix: Matrix, ends: { readonly x: string; readonly y: string }) => void;
