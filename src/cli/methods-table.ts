// What each method makes of the bundled base: it learns a small file of invented facts until it answers, is cut off and resumed, and goes
// through its files. Prints the table of docs/methods.md; the exit code is 1 where a method does not do what it has to.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { ViteDevServer } from "vite";
import { offeredKinds, type MethodKind } from "../config/run-config.ts";
import { openPage } from "./browser.ts";
import type { MethodMeasure, MethodRefused, MethodsRequest } from "./request.ts";

const facts = "tests/fixtures/data/invented-facts.jsonl";

export async function main(root: string, args: readonly string[], server: ViteDevServer): Promise<number> {
  const options = {
    ep: { type: "string" },
    quant: { type: "string" },
    steps: { type: "string", default: "200" },
    // As many as a method of few numbers can hold.
    facts: { type: "string", default: "12" },
    "ask-every": { type: "string" },
    "no-resume": { type: "boolean" },
  } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  const kinds = offeredKinds.method.filter((kind) => positionals.length === 0 || positionals.includes(kind));
  const lines = readFileSync(`${root}${facts}`, "utf8").trim().split("\n").slice(0, Number(values.facts));
  const rows: (MethodMeasure | MethodRefused)[] = [];
  for (const kind of kinds) {
    const open = await openPage(server, () => undefined);
    try {
      const buffer = Buffer.from(`${lines.join("\n")}\n`);
      await open.page.setInputFiles("#data", { name: "facts.jsonl", mimeType: "application/jsonl", buffer });
      const request: MethodsRequest = {
        kind,
        provider: values.ep === "webgpu" ? "webgpu" : "wasm",
        quantization: values.quant === "none" || needsFloats(kind) ? "none" : "auto",
        steps: Number(values.steps),
        askEvery: values["ask-every"] === undefined ? null : Number(values["ask-every"]),
        batchSize: Math.min(4, lines.length),
        wantsResume: values["no-resume"] !== true,
        questions: lines.map(questionOf),
      };
      const measured = await open.page.evaluate((asked) => window.atelierMethods?.(asked), request);
      if (measured) rows.push(measured);
      console.error(JSON.stringify(measured));
    } finally {
      await open.close();
    }
  }
  print(rows);
  return rows.every((row) => "refused" in row || isWell(row)) ? 0 : 1;
}

/** What trains the matrices themselves. */
function needsFloats(kind: MethodKind): boolean {
  return kind === "full" || kind === "last-k" || kind === "scratch";
}

function questionOf(line: string): { readonly question: string; readonly answer: string } {
  const { messages } = JSON.parse(line) as { messages: { role: string; content: string }[] };
  const said = (role: string): string => messages.find((message) => message.role === role)?.content ?? "";
  return { question: said("user"), answer: said("assistant") };
}

function isWell({ resumed, reloaded, lossAfter, lossBefore }: MethodMeasure): boolean {
  return resumed !== false && reloaded && lossAfter < lossBefore;
}

function print(all: readonly (MethodMeasure | MethodRefused)[]): void {
  const rows = all.filter((row): row is MethodMeasure => !("refused" in row));
  const lora = rows.find(({ kind }) => kind === "lora") ?? rows[0];
  console.log(
    "| method | trained numbers | memory | time of a step | steps | loss before → after | answered | resumes to the same bits | files |",
  );
  console.log("|---|---|---|---|---|---|---|---|---|");
  for (const row of rows) {
    const cells = [
      `\`${row.kind}\``,
      row.trainable.toLocaleString("en"),
      `${(row.memoryBytes / 2 ** 20).toFixed(0)} MiB`,
      lora ? `× ${(row.stepMs / lora.stepMs).toFixed(2)}` : "",
      `${row.steps}`,
      `${row.lossBefore.toFixed(2)} → ${row.lossAfter.toFixed(3)}`,
      `${row.right} of ${row.asked}`,
      row.resumed === null ? "not asked" : row.resumed ? "yes" : "**no**",
      `${row.files}, ${row.reloaded ? "same logits" : "**other logits**"}`,
    ];
    console.log(`| ${cells.join(" | ")} |`);
  }
  for (const row of all) if ("refused" in row) console.log(`| \`${row.kind}\` | refused: ${row.refused.key} | | | | | | | |`);
}
