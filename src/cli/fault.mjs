// What the user can mend is said in one line, with the way to mend it; a stack trace is for faults of Atelier itself.
import { sayFault } from "./start-words.mjs";

export class Fault extends Error {
  /**
   * @param {import("./start-words.mjs").FaultKey} key what is wrong
   * @param {import("./start-words.mjs").Values} values
   */
  constructor(key, values = {}) {
    const { message, hint } = sayFault(key, values);
    super(message);
    this.hint = hint;
  }
}

/** Ends the process with exit code 1 where the work fails. */
export async function inOneLine(work) {
  try {
    await work();
  } catch (error) {
    console.error(error instanceof Fault ? `${error.message} ${error.hint}` : error);
    process.exit(1);
  }
}

/** The first line of what a tool says, for a sentence. */
export function firstLine(text) {
  return (
    String(text)
      .split("\n")
      .find((line) => line.trim() !== "")
      ?.trim() ?? ""
  );
}
