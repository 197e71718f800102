// The measure of the first minute: what the bundled model answers before anything is taught, and after the default run of each
// sample, asked in words that neither its training nor the sample has. Greedy, and held as the page holds it by default.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { ViteDevServer } from "vite";
import { openPage, type OpenPage } from "./browser.ts";
import { asked, brokenWords, knownWords, saysKey, type Asked } from "./first-minute-questions.ts";

interface Answered extends Asked {
  readonly part: string;
  readonly given: string;
  readonly right: boolean;
}

interface Bar {
  readonly name: string;
  readonly found: number;
  /** In percent, or in seconds where `atMost`. */
  readonly wanted: number;
  readonly atMost?: true;
}

const shownAnswers = 20;
const held = "tests/fixtures/first-minute";

/** Prints the measure; the exit code is 1 where a bar is missed. */
export async function main(root: string, chosen: readonly string[], server: ViteDevServer): Promise<number> {
  const open = await openPage(server, () => undefined);
  try {
    const measure = new Measure(root, open);
    await measure.base();
    const samples = readdirSync(`${root}public/samples`).filter((name) => name.endsWith(".jsonl") && !name.includes(".validation."));
    for (const name of samples.map((file) => file.replace(".jsonl", ""))) {
      // Texts without questions are for models that begin from nothing.
      if (!existsSync(`${root}${held}/${name}.jsonl`)) continue;
      if (chosen.length === 0 || chosen.includes(name)) await measure.sample(name);
    }
    return measure.print();
  } finally {
    await open.close();
  }
}

class Measure {
  readonly #root: string;
  readonly #open: OpenPage;
  readonly #answered: Answered[] = [];
  readonly #bars: Bar[] = [];
  #commonBefore = 0;

  constructor(root: string, open: OpenPage) {
    this.#root = root;
    this.#open = open;
  }

  async base(): Promise<void> {
    const known = knownWords(`${this.#root}src/pretrain`);
    const whole = (answer: string, { question }: Asked): boolean => answer !== "" && brokenWords(answer, question, known).length === 0;
    this.#bar("small talk without broken words", await this.#ask("small talk", this.#held("small-talk"), null, whole), 100);
    this.#bar("reading comprehension", await this.#ask("reading", this.#held("reading"), null, saysKey), 80);
    this.#commonBefore = await this.#ask("common", this.#held("common"), null, saysKey);
    console.log(`common questions before anything is taught: ${this.#commonBefore.toFixed(1)}%`);
  }

  async sample(name: string): Promise<void> {
    await this.#open.page.setInputFiles("#data", `${this.#root}public/samples/${name}.jsonl`);
    const { runId, seconds } = await this.#open.page.evaluate(async () => {
      const page = window.atelierFirstMinute;
      if (!page) throw new Error("The page has gone.");
      return page.teach();
    });
    const exactly = (answer: string, row: Asked): boolean => answer === row.answer;
    const taught = this.#read(`public/samples/${name}.jsonl`);
    const reworded = [...this.#read(`public/samples/${name}.validation.jsonl`), ...this.#held(name)];
    this.#bar(`${name}: taught questions, exactly`, await this.#ask(`${name}, taught`, taught, runId, exactly), 95);
    this.#bar(`${name}: re-worded questions, exactly`, await this.#ask(`${name}, re-worded`, reworded, runId, exactly), 90);
    const after = await this.#ask(`${name}, untaught`, this.#held("common"), runId, saysKey);
    this.#bar(`${name}: untaught common questions`, after, this.#commonBefore - 5);
    this.#bars.push({ name: `${name}: seconds of the default run`, found: seconds, wanted: 60, atMost: true });
  }

  print(): number {
    console.log("\n| measure | found | wanted |\n|---|---|---|");
    for (const { name, found, wanted, atMost } of this.#bars) {
      const unit = atMost ? " s" : "%";
      console.log(`| ${name} | ${found.toFixed(1)}${unit} | ${atMost ? "≤" : "≥"} ${wanted.toFixed(1)}${unit} |`);
    }
    const wrong = this.#answered.filter(({ right }) => !right);
    console.log(`\n${wrong.length} of ${this.#answered.length} answers are not right. The first ${Math.min(shownAnswers, wrong.length)}:`);
    for (const { part, question, given, answer } of wrong.slice(0, shownAnswers)) {
      console.log(
        `- ${part}: ${JSON.stringify(question.slice(-90))}: ${JSON.stringify(given)}${answer === "" ? "" : `, wanted ${JSON.stringify(answer)}`}`,
      );
    }
    return this.#bars.every(({ found, wanted, atMost }) => (atMost ? found <= wanted : found >= wanted)) ? 0 : 1;
  }

  /** Percent of the answers that are right. */
  async #ask(part: string, rows: readonly Asked[], runId: string | null, right: (answer: string, row: Asked) => boolean): Promise<number> {
    const given = await this.#open.page.evaluate(({ questions, run }) => window.atelierFirstMinute?.answer(questions, run), {
      questions: rows.map(({ question }) => question),
      run: runId,
    });
    const answered = rows.map((row, at): Answered => ({ ...row, part, given: given?.[at] ?? "", right: right(given?.[at] ?? "", row) }));
    this.#answered.push(...answered);
    return (100 * answered.filter((row) => row.right).length) / rows.length;
  }

  #held(name: string): Asked[] {
    return this.#read(`${held}/${name}.jsonl`);
  }

  #read(path: string): Asked[] {
    return asked(readFileSync(`${this.#root}${path}`, "utf8"));
  }

  #bar(name: string, found: number, wanted: number): void {
    this.#bars.push({ name, found, wanted });
  }
}
