// The special token that a template puts after an answer: not every author lists it as an end token.
import { AtelierError } from "../base/errors.ts";
import type { ChatMessage } from "../data/example.ts";
import type { RenderChat } from "./chat-template.ts";

const question: ChatMessage = { role: "user", content: "a" };
/** Letters that no template writes by itself, so that the answer is found by its content. */
const answers = ["qzq", "xkx"] as const;

/**
 * Renders two answers to one question. What follows the content in both alike, up to its first special token, ends the turn. The
 * header of the answer stands before the content and is never taken for its end, whatever the template makes of
 * `add_generation_prompt`; a template that puts nothing after an answer has no such token.
 */
export function turnEnds(renderChat: RenderChat, encode: (text: string) => number[], special: ReadonlySet<number>): number[] {
  try {
    const [first, second] = answers.map((content) => {
      const rendered = renderChat([question, { role: "assistant", content }], false);
      const at = rendered.lastIndexOf(content);
      return at === -1 ? null : rendered.slice(at + content.length);
    });
    if (first === undefined || first === null || first !== second) return [];
    return encode(first)
      .filter((id) => special.has(id))
      .slice(0, 1);
  } catch (error) {
    // A template that refuses this chat says so when a real one is rendered.
    if (error instanceof AtelierError) return [];
    throw error;
  }
}
