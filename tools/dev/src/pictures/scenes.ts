// This file describes the drawings of tasks/photo-recall as shapes on a square whose sides are 100, painted in order.

/** An ellipse (centre, radii), a rectangle (corner, sides) or a polygon (points), and its colour as rrggbb. */
export type Shape = { readonly kind: string; readonly numbers: readonly number[]; readonly colour: string };

/** label is what the encoder's class is called; the ground is a gradient from top to bottom. */
export type Scene = {
  readonly label: string;
  readonly ground: readonly string[];
  readonly shapes: readonly Shape[];
};

/** One scene a paragraph: its label, the ground's colours, then shapes, three a line. */
const TEXT = `
sunset over the sea
f2643d ffc46b
ellipse 50 55 16 16 ffe14d; box 0 58 100 42 1f4e79; box 38 62 24 3 ffb347
box 42 70 16 3 ffb347

red house
9fd3f5 c9e8fb
box 0 75 100 25 5aa04a; box 24 42 52 40 c2352b; shape 18 44 50 18 82 44 6b3a2a
box 64 20 8 18 7d4634; box 44 60 13 22 5b3a1e; box 29 50 11 11 f6efb5
box 61 50 11 11 f6efb5

green tree
a8dcf7 d9f1fb
box 0 80 100 20 79b756; box 45 52 10 34 6d4a2c; ellipse 50 36 27 24 2e8b3a
ellipse 34 46 16 14 2e8b3a; ellipse 66 46 16 14 2e8b3a

snowy mountain
6fb1e8 bcdcf2
shape 4 90 42 18 80 90 77808c; shape 50 90 76 40 102 90 606a76; shape 30 41 42 18 54 41 46 46 40 40 35 47 ffffff
shape 68 55 76 40 84 55 76 60 ffffff; box 0 88 100 12 4f7a4a

sailing boat on the water
b9e2f8 e2f3fb
box 0 62 100 38 2f7fc1; shape 22 62 78 62 68 76 32 76 8a4b25; box 49 18 2 44 5b3a1e
shape 52 20 52 58 76 58 ffffff; shape 48 26 48 58 28 58 f3f0e2

rainbow over hills
8cc4ee cfe7f7
ellipse 50 82 46 60 e23b3b; ellipse 50 82 41 54 f59a2f; ellipse 50 82 36 48 f7e04b
ellipse 50 82 31 42 4fb54f; ellipse 50 82 26 36 3f75d1; ellipse 50 82 21 30 7d4fb5
ellipse 50 82 16 24 b5d9f2; ellipse 22 96 46 24 5fa84e; ellipse 80 98 46 26 6fb85a

moon and stars in the night sky
0b1436 1d2b5e
ellipse 62 36 18 18 f4efc4; ellipse 70 31 15 15 101b43; ellipse 20 22 2 2 ffffff
ellipse 34 50 2 2 ffffff; ellipse 16 68 2 2 ffffff; ellipse 48 78 2 2 ffffff
ellipse 84 70 2 2 ffffff; ellipse 42 16 2 2 ffffff

yellow car on a street
c7d6df e3ebef
box 0 70 100 30 55595e; box 5 84 18 3 f5f5f5; box 40 84 18 3 f5f5f5
box 76 84 18 3 f5f5f5; box 12 50 76 20 f2c21b; shape 28 50 38 34 64 34 74 50 f2c21b
shape 34 49 41 38 61 38 68 49 a9d4ea; ellipse 29 71 9 9 222222; ellipse 71 71 9 9 222222

red apple
f3ede0 e6dcc6
ellipse 41 58 22 26 cf2230; ellipse 59 58 22 26 cf2230; box 48 20 4 18 5b3a1e
ellipse 62 27 11 5 4c9a3d; ellipse 36 48 5 7 ea7a80

orange pumpkin
ead9bd cfb58b
ellipse 28 60 18 24 dd6f16; ellipse 72 60 18 24 dd6f16; ellipse 40 60 17 27 ee8420
ellipse 60 60 17 27 ee8420; ellipse 50 60 12 28 f59a35; box 46 22 8 14 4f6b2a

sunflower
8ecbf0 bfe3f6
box 47 52 6 48 3d8b37; ellipse 34 78 14 6 3d8b37; ellipse 66 84 14 6 3d8b37
ellipse 50 38 34 11 f7c51e; ellipse 50 38 11 34 f7c51e; shape 26 14 34 10 74 62 66 66 f7c51e
shape 66 10 74 14 34 66 26 62 f7c51e; ellipse 50 38 14 14 5e3a17

palm tree on a beach
7fd0f2 c6ecf9
box 0 56 100 18 2ba3b8; box 0 72 100 28 eed9a0; shape 54 84 60 84 54 30 50 30 8a6237
shape 52 32 18 36 30 22 2c8f43; shape 52 32 86 38 74 22 2c8f43; shape 52 32 34 8 48 10 2c8f43
shape 52 32 72 8 58 8 2c8f43; shape 52 32 26 54 38 32 2c8f43

cactus in the desert
f7c77b fbe3b4
box 0 70 100 30 dba653; ellipse 82 20 10 10 fff2b0; box 44 24 13 56 3f8a4d
box 24 44 20 8 3f8a4d; box 24 32 8 18 3f8a4d; box 56 52 20 8 3f8a4d
box 68 38 8 18 3f8a4d

snowman
9db9d6 d3e0ec
box 0 82 100 18 f5f8fb; ellipse 50 74 22 20 ffffff; ellipse 50 46 16 15 ffffff
ellipse 50 27 11 11 ffffff; box 40 8 20 10 222222; box 35 17 30 3 222222
shape 50 27 66 30 50 31 f08024; box 38 37 24 5 c22a2a; ellipse 46 24 2 2 222222
ellipse 54 24 2 2 222222

birthday cake with candles
f6d9e6 fbeef4
box 8 86 84 5 b9b9c4; box 18 56 64 30 f2a7c3; box 18 52 64 10 fff6ef
box 30 34 4 18 5aa9e6; box 48 34 4 18 f7d046; box 66 34 4 18 66bb6a
ellipse 32 29 3 5 ff9d2e; ellipse 50 29 3 5 ff9d2e; ellipse 68 29 3 5 ff9d2e

cup of coffee
d9b98f b98d5c
ellipse 48 84 36 8 f4f1ea; ellipse 76 56 13 13 f4f1ea; ellipse 76 56 7 7 c59d70
shape 20 42 74 42 68 82 27 82 f4f1ea; ellipse 47 42 27 8 f4f1ea; ellipse 47 42 23 6 4a2a14
box 38 14 3 18 f0e6d8; box 52 12 3 20 f0e6d8

black cat
e8dcc8 d5c3a5
ellipse 50 74 24 24 1b1b1e; ellipse 50 40 19 17 1b1b1e; shape 32 36 34 12 46 28 1b1b1e
shape 68 36 66 12 54 28 1b1b1e; ellipse 43 38 4 5 d8e03a; ellipse 57 38 4 5 d8e03a
shape 47 46 53 46 50 50 e58a9a; ellipse 80 84 16 5 1b1b1e

goldfish
5fc0d8 2d8fb0
ellipse 46 50 27 17 f5821f; shape 68 50 92 32 86 50 92 68 f5821f; shape 40 36 56 22 58 38 d9640f
ellipse 32 45 4 4 ffffff; ellipse 31 45 2 2 111111; ellipse 14 28 4 4 bfe9f3
ellipse 20 16 3 3 bfe9f3; box 0 90 100 10 d9c38a

hot air balloon
79c3f2 d6eefb
ellipse 50 38 28 30 d7263d; ellipse 50 38 18 30 f5d547; ellipse 50 38 8 30 d7263d
box 42 66 1 14 5b3a1e; box 57 66 1 14 5b3a1e; box 42 80 16 10 8a5a2b

traffic light
a9b4bd cfd6db
box 46 74 8 26 44484d; box 32 8 36 68 1f2226; ellipse 50 22 10 10 e5332a
ellipse 50 42 10 10 5c4a12; ellipse 50 62 10 10 123d1c

penguin on the ice
a5cfe8 cfe6f3
box 0 78 100 22 eef7fb; ellipse 50 56 21 31 1d2430; ellipse 50 62 13 23 ffffff
ellipse 50 26 13 13 1d2430; ellipse 46 24 2 2 ffffff; ellipse 54 24 2 2 ffffff
shape 46 29 54 29 50 36 f5a623; ellipse 42 88 8 4 f5a623; ellipse 58 88 8 4 f5a623

tent and campfire at night
131a33 25304f
box 0 76 100 24 24402a; shape 6 80 36 34 66 80 d98e32; shape 28 80 36 50 44 80 3a2410
shape 72 84 80 56 88 84 ff7b1c; shape 76 84 80 66 84 84 ffd54a; box 70 84 20 4 5b3a1e
ellipse 84 18 2 2 ffffff; ellipse 60 12 2 2 ffffff

lighthouse by the sea
bcdff2 e6f3f9
box 0 74 100 26 2c6fa8; shape 24 84 76 84 66 70 34 70 6e6a63; shape 40 72 60 72 56 26 44 26 fbfbfb
box 42 34 16 8 d03030; box 41 52 18 8 d03030; box 43 16 14 10 ffe066
shape 41 16 50 8 59 16 d03030

pizza
7a4a2b 5e361d
ellipse 50 52 40 38 d9a253; ellipse 50 52 34 32 f0c94c; ellipse 36 40 7 7 b8302a
ellipse 60 36 7 7 b8302a; ellipse 68 58 7 7 b8302a; ellipse 44 66 7 7 b8302a
ellipse 30 58 4 4 3f7d33; ellipse 52 50 4 4 3f7d33; ellipse 58 72 4 4 3f7d33
`;

export const SCENES: readonly Scene[] = TEXT.trim().split("\n\n").map(sceneOf);

function sceneOf(paragraph: string): Scene {
  const [label = "", ground = "", ...shapes] = paragraph.split("\n");
  return { label, ground: ground.split(" "), shapes: shapes.join("; ").split("; ").map(shapeOf) };
}

function shapeOf(line: string): Shape {
  const words = line.split(" ");
  return { kind: words[0] ?? "", numbers: words.slice(1, -1).map(Number), colour: words.at(-1) ?? "" };
}
