// What the user can mend is said in one line, with the way to mend it; a stack trace is for faults of Atelier itself.

export class Fault extends Error {
  /**
   * @param {string} message what is wrong
   * @param {string} hint what to do
   */
  constructor(message, hint) {
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
