// This file takes single files out of a zip archive, never more of them than allowed however far they inflate.
import { Unzip, UnzipInflate, UnzipPassThrough } from "fflate";
import { concatBytes } from "@kolm/format";
import { reason, tooLarge, unreadable } from "../read/failure.ts";

/** Bytes that leave an archive, all wanted files together. */
const MOST_INFLATED = 64 << 20;

/** Text of Word files shrinks to a fifth or a tenth; what inflates further than this is made to fill memory. */
const MOST_RATIO = 200;
const RATIO_FROM = 4 << 20;

/** Inflating a piece gives at most about a thousand times its size, so pieces are small. */
const PIECE = 4 << 10;
const MOST_FILES = 10_000;

/** The wanted files that the archive holds, by name. */
export function unzip(path: string, archive: Uint8Array, wanted: ReadonlySet<string>): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array[]>();
  let inflated = 0;
  let seen = 0;
  const take = (name: string, data: Uint8Array): void => {
    inflated += data.length;
    if (inflated > MOST_INFLATED || (inflated > RATIO_FROM && inflated > archive.length * MOST_RATIO)) {
      const found = `inflates to more than ${inflated > MOST_INFLATED ? `${MOST_INFLATED} bytes` : `${MOST_RATIO} times its size`}`;
      throw tooLarge({ file: path }, found, "It looks like a zip bomb. Take it out, or split the document.");
    }
    files.get(name)?.push(data);
  };
  const zip = new Unzip((file) => {
    seen += 1;
    if (seen > MOST_FILES) throw tooLarge({ file: path }, `holds more than ${MOST_FILES} files`, "Take it out.");
    if (!wanted.has(file.name) || files.has(file.name)) return;
    files.set(file.name, []);
    file.ondata = (error, data) => {
      if (error !== null) throw error;
      take(file.name, data);
    };
    file.start();
  });
  zip.register(UnzipInflate);
  zip.register(UnzipPassThrough);
  push(path, archive, zip);
  return new Map([...files].map(([name, parts]) => [name, concatBytes(...parts)]));
}

function push(path: string, archive: Uint8Array, zip: Unzip): void {
  try {
    for (let at = 0; at < archive.length; at += PIECE) {
      zip.push(archive.subarray(at, at + PIECE), at + PIECE >= archive.length);
    }
  } catch (error) {
    if (error instanceof Error && error.name === "KolmError") throw error;
    throw unreadable({ file: path }, `its zip container is broken: ${reason(error)}`, "Save the document again.");
  }
}
