// This file is the public face of the recall plugin.
export { RecallOptions } from "./options.ts";
export { recall } from "./stage.ts";
export type { Material, Passage, Ports as TrainingPorts, Query, Titled, TrainedBase } from "./train/material.ts";
export { mergedEncoder, trainEncoder, TRAINING } from "./train/train.ts";
export type { TrainedEncoder, TrainingOptions } from "./train/train.ts";
