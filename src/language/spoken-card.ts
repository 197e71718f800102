// A text file that goes with others, put into a language: what programs read comes first, as it is.
import type { Text } from "../words/message.ts";
import type { Speaker } from "./speaker.ts";

interface Card {
  readonly front: string;
  readonly title: string;
  readonly paragraphs: readonly Text[];
}

/** Markdown in UTF-8; a title is one line, whatever somebody has called it. */
export function spokenCard({ front, title, paragraphs }: Card, speaker: Speaker): Uint8Array {
  const blocks = [`# ${title.replaceAll(/\s+/g, " ")}`, ...paragraphs.map((paragraph) => speaker.text(paragraph))];
  return new TextEncoder().encode(`${front}\n${blocks.join("\n\n")}\n`);
}
