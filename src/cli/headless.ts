// The headless command: parses the options, lets the page do the work, writes the files and prints one JSON object.
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import type { ViteDevServer } from "vite";
import { AtelierError, fromErrorRecord, toErrorRecord } from "../base/errors.ts";
import { configFileName, formatConfig } from "../config/config-yaml.ts";
import { isLanguage, languageNames, languages, loadCatalog } from "../language/languages.ts";
import { Speaker } from "../language/speaker.ts";
import { spokenCard } from "../language/spoken-card.ts";
import { commas, words, type Text } from "../words/message.ts";
import { openPage, type OpenPage } from "./browser.ts";
import { buildCommand, type Command } from "./build-request.ts";
import { helpText } from "./help.ts";
import { parseCommand } from "./options.ts";
import type { HeadlessOutcome, HeadlessRequest } from "./request.ts";
import { spoken } from "./spoken.ts";
import { systemLanguage, takeLanguage } from "./start-words.mjs";

/** Returns the exit code: 0, 1 where the work failed, 2 where the command is wrong. */
export async function main(argv: readonly string[], server: ViteDevServer): Promise<number> {
  const { asked, rest } = takeLanguage(argv);
  const language = isLanguage(asked) ? asked : systemLanguage(process.env);
  const speaker = new Speaker(language, await loadCatalog(language));
  try {
    if (asked !== undefined) checkLanguage(asked);
    const command = parseCommand(rest);
    if (command === "help" || "helpOf" in command) {
      process.stdout.write(command === "help" ? helpText(speaker) : helpText(speaker, command.helpOf));
      return 0;
    }
    const result = await noted(buildCommand(command.verb, command.values), server, speaker);
    process.stdout.write(`${JSON.stringify(spoken(result, speaker))}\n`);
    return 0;
  } catch (error) {
    const record = toErrorRecord(error);
    const { code, details } = record;
    const { message, hint } = speaker.error(record);
    if (code === "internal/unexpected" && details !== undefined) console.error(details);
    process.stdout.write(`${JSON.stringify({ error: { code, message, hint } })}\n`);
    return code.startsWith("cli/") || code.startsWith("source/") || code === "config/invalid" ? 2 : 1;
  }
}

/** @throws AtelierError `cli/usage` */
function checkLanguage(language: string): void {
  if (isLanguage(language)) return;
  const known = commas(languages.map((name) => `${name} (${languageNames[name]})`));
  throw new AtelierError("cli/usage#language", { language, known });
}

/** What is not followed is said on stderr and in the answer. */
async function noted(command: Command, server: ViteDevServer, speaker: Speaker): Promise<object> {
  for (const note of command.notes) console.error(speaker.text(note));
  const result: { readonly notes?: readonly Text[] } = await perform(command, server, speaker);
  const notes = [...command.notes, ...(result.notes ?? [])];
  return notes.length > 0 ? { ...result, notes } : result;
}

async function perform({ request, files, target }: Command, server: ViteDevServer, speaker: Speaker): Promise<object> {
  const tell = (line: Text): void => console.error(speaker.text(line));
  const open = await openPage(server, tell);
  const pause = (): void => {
    tell(words("cli/ending"));
    // What is ended may be done, and its page closed, before the page has answered.
    open.page.evaluate(() => window.atelierHeadless?.pause()).catch(() => undefined);
  };
  process.once("SIGINT", pause);
  try {
    for (const [role, paths] of Object.entries(files)) await open.page.setInputFiles(`#${role}`, paths);
    const outcome = await ask(open, request);
    if ("error" in outcome) throw fromErrorRecord(outcome.error);
    const { result, card, config } = outcome;
    const beside = [
      ...(card ? [[card.name, spokenCard(card, speaker)] as const] : []),
      ...(config ? [[configFileName, new TextEncoder().encode(formatConfig(config))] as const] : []),
    ];
    write([...open.outputs, ...beside], target);
    return result;
  } finally {
    process.off("SIGINT", pause);
    await open.close();
  }
}

async function ask({ page }: OpenPage, request: HeadlessRequest): Promise<HeadlessOutcome> {
  const outcome = await page.evaluate((given) => window.atelierHeadless?.run(given), request);
  return outcome ?? { error: toErrorRecord(new Error("The page has gone.")) };
}

function write(files: readonly (readonly [name: string, bytes: Uint8Array])[], target: Command["target"]): void {
  for (const [name, bytes] of files) {
    const path = target(name);
    if (path === undefined) continue;
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, bytes);
  }
}
