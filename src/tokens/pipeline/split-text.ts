// Cuts a text at what a pattern matches, with the five ways that tokenizers has for what becomes of the match.
import { unknownPart } from "./file-json.ts";

interface Piece {
  readonly text: string;
  readonly isMatch: boolean;
}

type Behaviour = (pieces: readonly Piece[]) => string[];

const behaviours: Readonly<Record<string, Behaviour>> = {
  Removed: (pieces) => pieces.flatMap(({ text, isMatch }) => (isMatch ? [] : [text])),
  Isolated: (pieces) => pieces.map(({ text }) => text),
  MergedWithPrevious: (pieces) => merged(pieces, (whole, match) => whole + match),
  MergedWithNext: (pieces) => merged(pieces.toReversed(), (whole, match) => match + whole).toReversed(),
  Contiguous: (pieces) => {
    const runs: Piece[] = [];
    for (const piece of pieces) {
      const last = runs.at(-1);
      if (last?.isMatch === piece.isMatch) runs[runs.length - 1] = { text: last.text + piece.text, isMatch: last.isMatch };
      else runs.push(piece);
    }
    return runs.map(({ text }) => text);
  },
};

/** Of several matches in a row only the first joins its neighbour. */
function merged(pieces: readonly Piece[], join: (whole: string, match: string) => string): string[] {
  const result: string[] = [];
  let followsMatch = false;
  for (const { text, isMatch } of pieces) {
    if (isMatch && !followsMatch && result.length > 0) result[result.length - 1] = join(result.at(-1) ?? "", text);
    else result.push(text);
    followsMatch = isMatch;
  }
  return result;
}

export type SplitText = (text: string) => string[];

/** @param isInverted what the pattern does not match counts as the match */
export function splitter(pattern: RegExp, behaviour: string, isInverted = false): SplitText {
  const arrange = Object.hasOwn(behaviours, behaviour) ? behaviours[behaviour] : undefined;
  if (!arrange) throw unknownPart("way to split", behaviour);
  return (text) => {
    const pieces: Piece[] = [];
    let end = 0;
    for (const { index, 0: match } of text.matchAll(pattern)) {
      if (match === "") continue;
      if (index > end) pieces.push({ text: text.slice(end, index), isMatch: isInverted });
      pieces.push({ text: match, isMatch: !isInverted });
      end = index + match.length;
    }
    if (end < text.length) pieces.push({ text: text.slice(end), isMatch: isInverted });
    return arrange(pieces).filter((piece) => piece !== "");
  };
}
