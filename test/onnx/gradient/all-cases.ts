// This file lists all gradient cases.
import type { Case } from "./differences.ts";
import { MATRIX } from "./matrix.ts";
import { MOVEMENT } from "./movement.ts";
import { POINTWISE } from "./pointwise.ts";
import { REDUCTION } from "./reduction.ts";

export const CASES: readonly Case[] = [...POINTWISE, ...MATRIX, ...MOVEMENT, ...REDUCTION];
