// Chats of any content in every published template: each answer is learned as it was written, with what ends it, and nothing of
// anybody else. The spans are taken from the labels.
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import type { ChatMessage } from "../../src/data/example.ts";
import { chatPrompt } from "../../src/tokens/answered-chats.ts";
import { tokenizeExample } from "../../src/tokens/tokenize-example.ts";
import { openTokenizer, type Tokenizer } from "../../src/tokens/tokenizer.ts";
import { jsonOf } from "../support/files.ts";
import { chatOf, learnedTexts, say } from "../support/learned.ts";
import { specialToken, tinyTokenizer } from "../support/tiny-model.ts";

const { templates } = jsonOf("tests/fixtures/templates/published.json") as { readonly templates: Readonly<Record<string, string>> };

/** Every marker of a template is one token, as in the model that it comes from. */
function open(template: string): Tokenizer {
  const { tokenizer, config } = tinyTokenizer();
  const markers = [...new Set(template.match(/<[|｜][^<>]*[|｜]>|<(?:start_of_turn|end_of_turn|bos|eos)>|<\/?s>|\[\/?INST\]/g) ?? [])];
  const added = [
    ...(tokenizer["added_tokens"] as object[]),
    ...[...new Set([...markers, "<s>", "</s>"])].map((text, at) => specialToken(text, 400 + at)),
  ];
  return openTokenizer({
    tokenizer: { ...tokenizer, added_tokens: added },
    config: { ...config, bos_token: "<s>", eos_token: "</s>" },
    template,
    endTokenSources: [],
  });
}

const pieces = [
  "a",
  "user",
  "assistant",
  "Yes.",
  "\n",
  "\n\n",
  "  code",
  "{}",
  "<b>",
  "é🧀",
  "1",
  "###",
  "def f():\n    return 1",
  "[x]",
  "model",
];

function randomChat(seed: number): ChatMessage[] {
  const random = seededRandom(seed);
  const pick = (count: number): number => random.below(count);
  const text = (): string => Array.from({ length: 1 + pick(5) }, () => pieces[pick(pieces.length)]).join(pick(2) === 0 ? " " : "");
  const solid = (): string => text().replace(/^\s*$/, "So.");
  return Array.from({ length: 2 * (1 + pick(4)) }, (_, at) => say(at % 2 === 0 ? "user" : "assistant", solid()));
}

describe.each(Object.keys(templates))("in the template of %s", (name) => {
  const tokenizer = open(templates[name] as string);

  it("every answer is learned as it was written, with what ends it", () => {
    for (let seed = 1; seed <= 60; seed++) {
      const chat = randomChat(seed);
      const answers = chat.filter(({ role }) => role === "assistant").map(({ content }) => content.trim());
      const learned = learnedTexts(tokenizer, chat);
      expect(learned, `seed ${seed}`).toHaveLength(answers.length);
      for (const [at, text] of learned.entries()) {
        const [before, after] = text.split(answers[at] as string).length === 1 ? ["lost", text] : around(text, answers[at] as string);
        expect(before, `seed ${seed}, before ${JSON.stringify(answers[at])}`).toMatch(/^(?:\s*|<think>\s*<\/think>\s*)$/);
        const ids = tokenizer.encodeChat(after.trim());
        expect(ids, `seed ${seed}, after ${JSON.stringify(answers[at])}`).toHaveLength(1);
        expect(tokenizer.endIds).toContain(ids[0]);
      }
    }
  });

  it("is learned behind the very tokens of the prompt for it", () => {
    for (let seed = 1; seed <= 20; seed++) {
      const chat = randomChat(seed);
      const { rows } = tokenizeExample(tokenizer, chatOf(chat), "last");
      const { ids, labels } = rows[0] ?? { ids: new Int32Array(), labels: new Int32Array() };
      const start = labels.findIndex((label) => label >= 0);
      const prompt = chatPrompt(tokenizer, { messages: chat.slice(0, -1) });
      expect(prompt, `seed ${seed}`).toEqual(Array.from(ids.subarray(0, start)));
    }
  });
});

function around(text: string, part: string): [string, string] {
  const at = text.lastIndexOf(part);
  return [text.slice(0, at), text.slice(at + part.length)];
}
