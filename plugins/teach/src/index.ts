// This file is the public face of the teach plugin.
export type { CandidateRow } from "./candidates/ask.ts";
export { OFFLINE } from "./cassette/replay.ts";
export { recordCassette } from "./cassette/record.ts";
export type { Recording } from "./cassette/record.ts";
export { openTeacher } from "./open-teacher.ts";
export { TeacherOptions } from "./options.ts";
export { planTeaching } from "./plan/plan.ts";
export type { Plan, PlanPart } from "./plan/plan.ts";
export { baseline, teach } from "./stage.ts";
export type { ReviewRow } from "./vote/review.ts";
