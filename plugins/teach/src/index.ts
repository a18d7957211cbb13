// This file is the public face of the teach plugin.
export { TeacherOptions } from "./options.ts";
export { baseline, teach } from "./stage.ts";
