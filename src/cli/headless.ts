// The headless command: parses the options, lets the page do the work, writes the files and prints one JSON object.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { ViteDevServer } from "vite";
import { fromErrorRecord, toErrorRecord } from "../base/errors.ts";
import { openPage, type OpenPage } from "./browser.ts";
import { buildCommand, type Command } from "./build-request.ts";
import { helpText, parseCommand } from "./options.ts";
import type { HeadlessOutcome, HeadlessRequest } from "./request.ts";

/** Returns the exit code: 0, 1 where the work failed, 2 where the command is wrong. */
export async function main(argv: readonly string[], server: ViteDevServer): Promise<number> {
  try {
    const command = parseCommand(argv);
    if (command === "help") {
      process.stdout.write(helpText());
      return 0;
    }
    const result = await noted(buildCommand(command.verb, command.values), server);
    process.stdout.write(`${JSON.stringify(result)}\n`);
    return 0;
  } catch (error) {
    const { code, message, hint, details } = toErrorRecord(error);
    if (code === "internal/unexpected" && details !== undefined) console.error(details);
    process.stdout.write(`${JSON.stringify({ error: { code, message, hint } })}\n`);
    return code.startsWith("cli/") || code.startsWith("source/") || code === "config/invalid" ? 2 : 1;
  }
}

/** What is not followed is said on stderr and in the answer. */
async function noted(command: Command, server: ViteDevServer): Promise<object> {
  for (const note of command.notes) console.error(note);
  const result: { readonly notes?: readonly string[] } = await perform(command, server);
  const notes = [...command.notes, ...(result.notes ?? [])];
  return notes.length > 0 ? { ...result, notes } : result;
}

async function perform({ request, files, target }: Command, server: ViteDevServer): Promise<object> {
  const open = await openPage(server);
  const pause = (): void => {
    console.error("ending after this step …");
    void open.page.evaluate(() => window.atelierHeadless?.pause());
  };
  process.once("SIGINT", pause);
  try {
    for (const [role, paths] of Object.entries(files)) await open.page.setInputFiles(`#${role}`, paths);
    const outcome = await ask(open, request);
    if ("error" in outcome) throw fromErrorRecord(outcome.error);
    write(open, target);
    return outcome.result;
  } finally {
    process.off("SIGINT", pause);
    await open.close();
  }
}

async function ask({ page }: OpenPage, request: HeadlessRequest): Promise<HeadlessOutcome> {
  const outcome = await page.evaluate((given) => window.atelierHeadless?.run(given), request);
  return outcome ?? { error: toErrorRecord(new Error("The page has gone.")) };
}

function write({ outputs }: OpenPage, target: Command["target"]): void {
  for (const [name, bytes] of outputs) {
    const path = target(name);
    if (path === undefined) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
}
