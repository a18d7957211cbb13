// This file lists gradient cases of matrix products.
import { attr } from "@kolm/onnx";
import { X, SMALL, multiply } from "./cases.ts";
import type { Case } from "./differences.ts";

export const MATRIX: readonly Case[] = [
  multiply("MatMul", SMALL, { dims: [3, 4] }),
  multiply("MatMul", X, { dims: [4, 3] }),
  multiply("MatMul", { dims: ["B", 2, "T", 4] }, { dims: ["B", 2, 4, "T"] }),
  multiply("MatMul", { dims: ["B", 2, "T", 4] }, { dims: [2, 4, 3] }),
  multiply("MatMul", { dims: ["T", 4] }, { dims: ["B", 4, 2] }),
  multiply("MatMul", { dims: [4] }, { dims: ["B", 4, 2] }),
  multiply("MatMul", X, { dims: [4] }),
  multiply("FusedMatMul", SMALL, { dims: [3, 4] }),
  multiply("FusedMatMul", X, { dims: [4, 3] }),
  multiply("FusedMatMul", X, { dims: [5, 4] }, [0, 1]),
  multiply("FusedMatMul", X, { dims: ["B", "T", 5] }, [1, 0]),
  multiply("FusedMatMul", X, { dims: ["B", 5, "T"] }, [1, 1]),
  multiply("Gemm", SMALL, { dims: [3, 4] }),
  multiply("Gemm", { dims: ["B", 3] }, { dims: [4, 3] }, [0, 1]),
  multiply("Gemm", SMALL, { dims: [2, 4] }, [1, 0]),
  multiply("Gemm", SMALL, { dims: [4, 2] }, [1, 1]),
  {
    name: "Gemm with a bias",
    wrt: { a: { dims: ["B", 3] }, b: { dims: [3, 4] }, c: { dims: [4] } },
    build: (graph) => graph.node("Gemm", ["a", "b", "c"], { beta: attr.float(0.5) })[0],
  },
];
