// This file holds the free-text queries over the 18 photos, written from the photos' subjects before anything was searched.

export const CATS = ["cat", "cat_720p", "cat_test_0", "cat_train_0"];
export const DOGS = ["dog_test_0", "dog_train_0", "pets"];
export const HOT_DOGS = ["hot_dog", "hotdog_test_0", "hotdog_train_0", "hotdog_train_1"];
export const CHIPS = ["missvickie_potato_chips"];
export const BIRDS = ["bird", "owl", "parrot"];

/** A query and the photos any of which is right. */
export type PhotoQuery = { readonly query: string; readonly photos: readonly string[] };

export const PHOTO_QUERIES: readonly PhotoQuery[] = [
  { query: "a cat", photos: CATS },
  { query: "kitten", photos: CATS },
  { query: "a cat looking at the camera", photos: CATS },
  { query: "a dog", photos: DOGS },
  { query: "puppy", photos: DOGS },
  { query: "man's best friend", photos: DOGS },
  { query: "hot dog with mustard", photos: HOT_DOGS },
  { query: "a sausage in a bun", photos: HOT_DOGS },
  { query: "fast food from a street stall", photos: [...HOT_DOGS, ...CHIPS] },
  { query: "dragonfly", photos: ["dragonfly"] },
  { query: "an insect with long transparent wings", photos: ["dragonfly"] },
  { query: "sunflower", photos: ["sunflower"] },
  { query: "a yellow flower", photos: ["sunflower"] },
  { query: "blossom in the garden", photos: ["sunflower"] },
  { query: "owl", photos: ["owl"] },
  { query: "a bird of prey that hunts at night", photos: ["owl"] },
  { query: "parrot", photos: ["parrot"] },
  { query: "a colourful tropical bird", photos: ["parrot"] },
  { query: "macaw", photos: ["parrot"] },
  { query: "a bird", photos: BIRDS },
  { query: "a small songbird", photos: ["bird"] },
  { query: "bag of potato chips", photos: CHIPS },
  { query: "salty snack", photos: CHIPS },
  { query: "crisps", photos: CHIPS },
  { query: "portrait of a woman in uniform", photos: ["grace_hopper"] },
  { query: "navy officer", photos: ["grace_hopper"] },
  { query: "military uniform", photos: ["grace_hopper"] },
  { query: "animals that live with people", photos: [...CATS, ...DOGS] },
];
