// This file shows how pictures become upright pixels, and that size and wholeness are looked up before decoding.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import type { Picture } from "@kolm/corpus";
import { picture, readAll, rgba } from "./fixtures.ts";

async function read(path: string, bytes: Uint8Array, options = {}): Promise<Picture> {
  const [found] = await readAll(path, bytes, options);
  if (found?.kind !== "image") assert.fail("a picture");
  return found;
}

const colours = rgba(5, 3, (x, y) => [x * 50, y * 80, (x + y) * 30]);

// 48 × 32: the upper left quarter is red, the upper right green, the lower left blue, the lower right white.
const quarters = rgba(48, 32, (x, y) => [x < 24 === y < 16 ? 255 : 0, x >= 24 ? 255 : 0, y >= 16 ? 255 : 0]);

/** The letters of the quarters, read from left to right and down. */
function quartersOf({ pixels, width, height }: Picture): string {
  const letter = (x: number, y: number): string => {
    const at = (Math.floor(y * height) * width + Math.floor(x * width)) * 4;
    const [r = 0, g = 0, b = 0] = pixels.subarray(at, at + 3);
    return r > 128 && g > 128 && b > 128 ? "W" : r > 128 ? "R" : g > 128 ? "G" : "B";
  };
  return [letter(0.2, 0.2), letter(0.8, 0.2), letter(0.2, 0.8), letter(0.8, 0.8)].join("");
}

/** An EXIF segment (TIFF header, one entry: orientation) after the start marker; Exif 2.3 §4.5.4 and §4.6.4. */
function oriented(jpeg: Uint8Array, orientation: number): Uint8Array {
  const tiff = [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0];
  const body = [0x45, 0x78, 0x69, 0x66, 0, 0, ...tiff];
  return Uint8Array.from([0xff, 0xd8, 0xff, 0xe1, 0, body.length + 2, ...body, ...jpeg.subarray(2)]);
}

describe("pictures", () => {
  it("of PNG and lossless WebP give their exact pixels, size and title", async () => {
    for (const format of ["png", "webp"] as const) {
      const found = await read(`photos/red_door.${format}`, await picture(format, colours));
      assert.deepEqual([...found.pixels], [...colours.data]);
      assert.deepEqual([found.width, found.height, found.title, found.sha256.length], [5, 3, "red door", 64]);
      assert.deepEqual(found.meta, { width: 5, height: 3, format });
    }
  });

  it("of JPEG stand upright, as their EXIF orientation says", async () => {
    const jpeg = await picture("jpeg", quarters);
    assert.equal(quartersOf(await read("a.jpg", jpeg)), "RGBW");
    const upright = ["RGBW", "GRWB", "WBGR", "BWRG", "RBGW", "BRWG", "WGBR", "GWRB"];
    for (const [at, letters] of upright.entries()) {
      const found = await read("a.jpeg", oriented(jpeg, at + 1));
      assert.equal(quartersOf(found), letters, `orientation ${at + 1}`);
      assert.deepEqual([found.width, found.height], at < 4 ? [48, 32] : [32, 48]);
    }
  });

  it("are told apart by their bytes, whatever their ending", async () => {
    assert.equal((await read("a.jpg", await picture("png", colours))).meta["format"], "png");
  });

  it("larger than allowed are refused before they are decoded", async () => {
    const png = await picture("png", colours);
    await assert.rejects(read("a.png", png, { mostPixels: 14 }), {
      code: "CORPUS_TOO_LARGE",
      message: /5 × 3 pixels, at most 14/,
    });
    const bomb = png.slice();
    new DataView(bomb.buffer).setUint32(16, 0x7fffffff);
    const untouched = (): never => assert.fail("nothing is decoded");
    await assert.rejects(read("a.png", bomb, { pictureDecoder: untouched }), {
      code: "CORPUS_TOO_LARGE",
      place: { file: "a.png" },
    });
  });

  it("cut short, broken, animated or of another kind are refused, and the next is read all the same", async () => {
    for (const format of ["png", "jpeg", "webp"] as const) {
      const whole = await picture(format, quarters);
      await assert.rejects(
        read(`a.${format}`, whole.subarray(0, whole.length - 9)),
        /is cut short: its end is missing/,
      );
      const broken = whole.slice();
      broken.fill(0x55, format === "jpeg" ? 20 : 40, whole.length - 12);
      await assert.rejects(read(`a.${format}`, broken), { code: "CORPUS_UNREADABLE", place: { file: `a.${format}` } });
      assert.equal(quartersOf(await read(`a.${format}`, whole)), "RGBW");
    }
    await assert.rejects(read("a.png", new TextEncoder().encode("GIF89a")), /does not begin as a PNG, JPEG or WebP/);
    const animation = Uint8Array.from([
      ...new TextEncoder().encode("RIFF\x16\0\0\0WEBPVP8X\x0a\0\0\0\x02\0\0\0"),
      4,
      0,
      0,
      2,
      0,
      0,
    ]);
    await assert.rejects(read("a.webp", animation), /it is an animation/);
  });

  it("need the decoder of the platform", async () => {
    const png = await picture("png", colours);
    await assert.rejects(read("a.png", png, { pictureDecoder: undefined }), /no decoder of pictures was given/);
  });
});
