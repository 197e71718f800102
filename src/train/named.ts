// Numbers in what is said of a step.
import { words, type Text } from "../words/message.ts";

/** A number as words. What is not finite is a text, because JSON has no such numbers and errors are written as JSON. */
export function named(value: number): Text {
  return Number.isFinite(value) ? words("number/measure", { value }) : String(value);
}
