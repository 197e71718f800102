// Claim: a file of prompts is read whole or refused by its line, with the reason.
import { expect, it } from "vitest";
import { AtelierError } from "../../src/base/errors.ts";
import { readPromptLines } from "../../src/cli/prompt-lines.ts";

const file = { path: "p.jsonl", isRaw: false };
const chat = [
  { role: "system", content: "Be brief." },
  { role: "user", content: "" },
] as const;

it("takes texts and chats in their order, whatever ends the lines", () => {
  const text = `\uFEFF{"prompt": "One"}\r\n\n  {"messages": ${JSON.stringify(chat)}}\n{"prompt": ""}`;
  expect(readPromptLines(text, file)).toEqual(["One", chat, ""]);
});

function refusal(text: string, isRaw = false): unknown {
  try {
    return readPromptLines(text, { ...file, isRaw });
  } catch (error) {
    const { key, params } = error as AtelierError;
    return [key, params];
  }
}

it.each([
  ["One", "cli/prompt-not-json"],
  ['"One"', "cli/prompt-no-text"],
  ['{"prompt": 1}', "cli/prompt-no-text"],
  ['{"messages": []}', "cli/prompt-no-text"],
  ['{"prompt": "a", "messages": []}', "cli/prompt-both"],
  ['{"messages": [{"role": "user", "content": "a"}, {"role": "tool", "content": "b"}]}', "cli/prompt-message"],
  ['{"messages": [{"role": "user"}]}', "cli/prompt-message"],
])("%s is refused", (line, key) => {
  expect(refusal(`{"prompt": "One"}\n${line}`)).toMatchObject(["cli/usage#prompt-line", { line: 2, path: "p.jsonl", what: { key } }]);
});

it("a chat cannot be continued as plain text, and no prompt is no file of prompts", () => {
  expect(refusal(`{"messages": ${JSON.stringify(chat)}}`, true)).toMatchObject([
    "cli/usage#prompt-line",
    { what: { key: "cli/prompt-raw" } },
  ]);
  expect(refusal("\n \n")).toMatchObject(["cli/usage#no-prompts", { path: "p.jsonl" }]);
});
