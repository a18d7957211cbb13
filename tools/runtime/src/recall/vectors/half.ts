// This file turns numbers into IEEE 754 binary16 and back.

const scratch = new DataView(new ArrayBuffer(4));

/** The nearest binary16 of a finite number, ties to even; beyond the largest it is infinite. */
export function halfOf(value: number): number {
  scratch.setFloat32(0, value);
  const bits = scratch.getUint32(0);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fff_ffff;
  if (magnitude >= 0x4780_0000) return sign | 0x7c00;
  // Below 2⁻¹⁴ halves are multiples of 2⁻²⁴; adding 0.5 to a float leaves exactly that many bits.
  if (magnitude < 0x3880_0000) {
    scratch.setFloat32(0, Math.fround(Math.abs(value)) + 0.5);
    return sign | (scratch.getUint32(0) - 0x3f00_0000);
  }
  return sign | ((magnitude - 0x3800_0000 + 0xfff + ((magnitude >>> 13) & 1)) >>> 13);
}

/** The number a binary16 stands for; infinities and NaN are what they are. */
export function numberOfHalf(half: number): number {
  const sign = (half & 0x8000) << 16;
  const magnitude = half & 0x7fff;
  if (magnitude >= 0x7c00) return magnitude === 0x7c00 ? (sign < 0 ? -Infinity : Infinity) : NaN;
  if (magnitude < 0x400) return (sign < 0 ? -1 : 1) * magnitude * TINIEST;
  scratch.setUint32(0, (sign | ((magnitude << 13) + 0x3800_0000)) >>> 0);
  return scratch.getFloat32(0);
}

/** 2⁻²⁴. */
const TINIEST = 1 / 16_777_216;
