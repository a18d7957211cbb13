// This file computes exp and log from sums, products and quotients alone, as Math.exp and Math.log differ between builds of an engine.

// ln 2 in two parts (fdlibm, Sun Microsystems 1993): the first has so few bits that whole multiples of it are exact.
const LN2_HIGH = 6.9314718036912381649e-1;
const LN2_LOW = 1.90821492927058770002e-10;
/** Terms of the series, beyond which nothing changes in double precision. */
const EXP_TERMS = 14;
const LOG_TERMS = 12;
/** e to more than this is more than a number holds, to less than its opposite is 0. */
const LARGEST = 745;

/** e to the power x, within two units in the last place; the same bits on every machine. */
export function exp(x: number): number {
  if (!(Math.abs(x) <= LARGEST)) return x > 0 ? Infinity : x < 0 ? 0 : NaN;
  const doublings = Math.round(x / Math.LN2);
  const rest = x - doublings * LN2_HIGH - doublings * LN2_LOW;
  let sum = 1;
  for (let term = EXP_TERMS; term > 0; term--) sum = 1 + (rest / term) * sum;
  return scaled(sum, doublings);
}

/** The natural logarithm of x ≥ 0, within two units in the last place; the same bits on every machine. */
export function log(x: number): number {
  if (x === 0) return -Infinity;
  if (!(x > 0) || x === Infinity) return x > 0 ? x : NaN;
  let [mantissa, doublings] = [x, 0];
  for (let step = 512; step >= 1; step /= 2) {
    const power = scaled(1, step);
    if (mantissa >= power) [mantissa, doublings] = [mantissa / power, doublings + step];
    while (mantissa * power < 1) [mantissa, doublings] = [mantissa * power, doublings - step];
  }
  while (mantissa < Math.SQRT1_2) [mantissa, doublings] = [mantissa * 2, doublings - 1];
  while (mantissa > Math.SQRT2) [mantissa, doublings] = [mantissa / 2, doublings + 1];
  // log m = 2 artanh((m − 1) / (m + 1)).
  const ratio = (mantissa - 1) / (mantissa + 1);
  const square = ratio * ratio;
  let sum = 0;
  for (let term = LOG_TERMS; term > 0; term--) sum = square * (1 / (2 * term + 1) + sum);
  return doublings * LN2_HIGH + (2 * ratio + (2 * ratio * sum + doublings * LN2_LOW));
}

/** value · 2^doublings, exact where the outcome is a normal number. */
function scaled(value: number, doublings: number): number {
  let result = value;
  let factor = doublings < 0 ? 0.5 : 2;
  for (let left = Math.abs(doublings); left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result *= factor;
    factor *= factor;
  }
  return result;
}
