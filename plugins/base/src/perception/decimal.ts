// This file writes numbers as decimal text, which layers hold in place of fractions.

/** Up to twelve places, never an exponent. */
export const decimal = (number: number): string => String(Number(number.toFixed(12)));
