// This file finds where in a JSON text the values of one inner object begin.

const PIECE = /"(?:[^"\\]|\\.)*"|[{}[\]:,]|[^\s{}[\]:,"]+/g;

/** Offsets of the values of the object under `key` of the outermost object; empty where there is no such object. */
export function placesOf(json: string, key: string): Map<string, number> {
  const places = new Map<string, number>();
  const path: string[] = [];
  let name = "";
  let isValue = false;
  for (const { 0: piece, index } of json.matchAll(PIECE)) {
    if (isValue && path.length === 2 && path[1] === key) places.set(name, index);
    if (piece === "{" || piece === "[") path.push(isValue ? name : "");
    if (piece === "}" || piece === "]") path.pop();
    if (piece.startsWith('"') && !isValue) name = textOf(piece);
    isValue = piece === ":";
  }
  return places;
}

function textOf(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal;
  }
}
