// Prompts as a file has them: a JSON object a line, with a text or with a chat up to the answer. What is no prompt is named by its line;
// nothing is left out.
import { AtelierError } from "../base/errors.ts";
import { words, type Words } from "../words/message.ts";
import type { PromptLine } from "./request.ts";

interface PromptFile {
  readonly path: string;
  /** Whether prompts are continued as plain text. */
  readonly isRaw: boolean;
}

/** @throws AtelierError `cli/usage` naming the line, or that there is none */
export function readPromptLines(text: string, { path, isRaw }: PromptFile): readonly PromptLine[] {
  const lines = text.split(/\r?\n/).map((line, at) => ({ line: at + 1, text: line.replace(/^\uFEFF/, "").trim() }));
  const prompts = lines.flatMap(({ line, text: written }) => {
    if (written === "") return [];
    const prompt = promptOf(written);
    if ("key" in prompt) throw new AtelierError("cli/usage#prompt-line", { line, path, what: prompt });
    if (isRaw && typeof prompt.line !== "string")
      throw new AtelierError("cli/usage#prompt-line", { line, path, what: words("cli/prompt-raw") });
    return [prompt.line];
  });
  if (prompts.length === 0) throw new AtelierError("cli/usage#no-prompts", { path });
  return prompts;
}

/** The prompt, or what is wrong with it. */
function promptOf(text: string): { readonly line: PromptLine } | Words {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return words("cli/prompt-not-json");
  }
  const { prompt, messages } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  if (prompt !== undefined && messages !== undefined) return words("cli/prompt-both");
  if (typeof prompt === "string") return { line: prompt };
  if (!Array.isArray(messages) || messages.length === 0) return words("cli/prompt-no-text");
  const wrong = messages.findIndex((message) => !isMessage(message));
  return wrong < 0 ? { line: messages as Exclude<PromptLine, string> } : words("cli/prompt-message", { at: wrong + 1 });
}

function isMessage(value: unknown): boolean {
  const { role, content } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  return typeof content === "string" && ["system", "user", "assistant"].includes(role as string);
}
