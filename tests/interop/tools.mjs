// What the comparisons with PEFT have in common: programs that print JSON, and whether Python has what they need.
import { spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

export const here = (path) => fileURLToPath(new URL(path, import.meta.url));

/** Runs commands of the app one after the other, so many programs at a time; each answers in the order in which it was asked. */
export class Commands {
  #atOnce;
  #programs = [];
  #next = 0;

  constructor(atOnce) {
    this.#atOnce = atOnce;
  }

  /** What the command printed; a refusal is an answer too. */
  run(...args) {
    const at = this.#next++ % this.#atOnce;
    const program = (this.#programs[at] ??= started());
    const answer = program.last.then(async () => {
      program.child.stdin.write(`${JSON.stringify([...args, "--lang", "en"])}\n`);
      const { value, done } = await program.lines.next();
      if (done) throw new Error(`The command ended: ${args.join(" ")}`);
      return JSON.parse(value);
    });
    program.last = answer.catch(() => undefined);
    return answer;
  }

  end() {
    for (const { child } of this.#programs) child.stdin.end();
  }
}

function started() {
  const child = spawn(process.execPath, [here("commands.mjs")], { stdio: ["pipe", "pipe", "ignore"] });
  return { child, lines: createInterface({ input: child.stdout })[Symbol.asyncIterator](), last: Promise.resolve() };
}

/** A program that answers every line with a line, both JSON with an id. */
export class Answering {
  #child;
  #waiting = new Map();
  #said = "";

  constructor(program, args) {
    this.#child = spawn(program, args, { stdio: ["pipe", "pipe", "pipe"] });
    this.#child.stderr.setEncoding("utf8").on("data", (chunk) => (this.#said = (this.#said + chunk).slice(-2000)));
    createInterface({ input: this.#child.stdout }).on("line", (line) => this.#take(line));
    this.#child.on("close", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`${program} has ended: ${this.#said}`));
    });
  }

  ask(id, question) {
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#child.stdin.write(`${JSON.stringify({ id, ...question })}\n`);
    });
  }

  end() {
    this.#child.stdin.end();
  }

  /** Other lines are what libraries print. */
  #take(line) {
    if (!line.startsWith('{"id"')) return;
    const { id, ...answer } = JSON.parse(line);
    this.#waiting.get(id)?.resolve(answer);
    this.#waiting.delete(id);
  }
}

/** Empty where Python has all of the modules. */
export function missingModules(python, modules) {
  const { status } = spawnSync(python, ["-c", `import ${modules.join(", ")}`]);
  return status === 0 ? "" : `${python} has no ${modules.join(", ")}`;
}

/** Does the work for each, so many at a time. */
export async function eachOf(items, atOnce, work) {
  const left = [...items];
  const worker = async () => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await work(item);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
