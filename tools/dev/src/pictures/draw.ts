// This file paints a scene, each time a little different: moved, turned about, scaled, in other shades.
import type { Rng } from "@kolm/stage";
import type { Pixels } from "@kolm/runtime";
import type { Scene, Shape } from "./scenes.ts";

type Colour = readonly [number, number, number];
type View = { readonly x: number; readonly y: number; readonly scale: number; readonly mirrored: boolean };

/** Samples a pixel's side, so that edges are smooth. */
const FINE = 3;

/** RGBA of size × size. */
export function draw(scene: Scene, size: number, rng: Rng): Pixels {
  const view = { x: spread(rng, 7), y: spread(rng, 5), scale: 1 + spread(rng, 0.14), mirrored: rng.uniform() < 0.5 };
  const shade = (hex: string): Colour => shaded(hex, rng);
  const ground = scene.ground.map(shade);
  const shapes = scene.shapes.map((shape) => ({ shape, colour: shade(shape.colour) }));
  const data = new Uint8ClampedArray(size * size * 4);
  for (let y = 0; y < size; y++)
    for (let x = 0; x < size; x++) {
      const sum = [0, 0, 0];
      for (let sample = 0; sample < FINE * FINE; sample++) {
        const at = [
          (x + ((sample % FINE) + 0.5) / FINE) / size,
          (y + (Math.floor(sample / FINE) + 0.5) / FINE) / size,
        ] as const;
        const colour = colourAt([at[0] * 100, at[1] * 100], { view, ground, shapes });
        for (let channel = 0; channel < 3; channel++) sum[channel] = (sum[channel] ?? 0) + (colour[channel] ?? 0);
      }
      data.set([...sum.map((value) => value / (FINE * FINE)), 255], (y * size + x) * 4);
    }
  return { width: size, height: size, data };
}

type Painted = {
  readonly view: View;
  readonly ground: readonly Colour[];
  readonly shapes: readonly { readonly shape: Shape; readonly colour: Colour }[];
};

function colourAt([x, y]: readonly [number, number], { view, ground, shapes }: Painted): Colour {
  const centred = (view.mirrored ? 50 - x : x - 50) / view.scale + 50 - view.x;
  const place = [centred, (y - 50) / view.scale + 50 - view.y] as const;
  for (let index = shapes.length - 1; index >= 0; index--) {
    const { shape, colour } = shapes[index] ?? {};
    if (shape && colour && covers(shape, place)) return colour;
  }
  const [top = [0, 0, 0], bottom = [0, 0, 0]] = ground;
  return [0, 1, 2].map(
    (channel) => ((top[channel] ?? 0) * (100 - y) + (bottom[channel] ?? 0) * y) / 100,
  ) as unknown as Colour; // three
}

function covers({ kind, numbers }: Shape, [x, y]: readonly [number, number]): boolean {
  if (kind === "shape") return isInside(numbers, x, y);
  const [left = 0, top = 0, wide = 0, high = 0] = numbers;
  if (kind === "ellipse") return ((x - left) / wide) ** 2 + ((y - top) / high) ** 2 <= 1;
  // What reaches a side of the square goes on beyond it.
  const [from, to] = [left <= 0 ? -99 : left, left + wide >= 100 ? 199 : left + wide];
  return x >= from && x <= to && y >= top && y <= (top + high >= 100 ? 199 : top + high);
}

/** Crossings to the right of the point are odd. */
function isInside(points: readonly number[], x: number, y: number): boolean {
  let inside = false;
  for (let at = 0; at < points.length; at += 2) {
    const [ax = 0, ay = 0] = [points[at], points[at + 1]];
    const [bx = 0, by = 0] = [points[(at + 2) % points.length], points[(at + 3) % points.length]];
    if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

function shaded(hex: string, rng: Rng): Colour {
  const bright = spread(rng, 14);
  return [0, 2, 4].map((at) =>
    clamp(Number.parseInt(hex.slice(at, at + 2), 16) + bright + spread(rng, 9)),
  ) as unknown as Colour; // three
}

const clamp = (value: number): number => Math.min(255, Math.max(0, value));
const spread = (rng: Rng, most: number): number => (rng.uniform() * 2 - 1) * most;
