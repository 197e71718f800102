// Tokens that are found in the text as they stand, before it is cut into words. As in the Rust crate tokenizers: the leftmost and
// of those the longest; `single_word` ones only where no word character is beside them; `lstrip` and `rstrip` ones swallow the
// white space beside them. Those that are `normalized` are looked for in the normalized text, the others before.

export interface AddedToken {
  readonly id: number;
  readonly content: string;
  readonly singleWord: boolean;
  readonly lstrip: boolean;
  readonly rstrip: boolean;
  readonly normalized: boolean;
  readonly special: boolean;
}

/** A token's id, or text between tokens. */
export type Section = { readonly id: number } | { readonly text: string; readonly isFirst: boolean };

interface Node {
  readonly next: Map<string, Node>;
  token?: AddedToken;
}

const wordStart = /^[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]/u;
const wordEnd = /[\p{Alphabetic}\p{M}\p{Nd}\p{Pc}\p{Join_Control}]$/u;
const startSpace = /^\p{White_Space}*/u;
const endSpace = /\p{White_Space}*$/u;

/** @param contentOf what a token looks like where it is looked for */
export function addedTokenSplitter(tokens: readonly AddedToken[], contentOf: (content: string) => string): (text: string) => Section[] {
  const root: Node = { next: new Map() };
  for (const token of tokens) {
    const content = contentOf(token.content);
    if (content !== "") insert(root, content, token);
  }
  if (root.next.size === 0) return (text) => (text === "" ? [] : [{ text, isFirst: true }]);
  return (text) => sections(text, root);
}

function insert(root: Node, content: string, token: AddedToken): void {
  let node = root;
  for (let at = 0; at < content.length; at++) {
    const unit = content[at] as string;
    const following = node.next.get(unit) ?? { next: new Map<string, Node>() };
    node.next.set(unit, following);
    node = following;
  }
  node.token ??= token;
}

function sections(text: string, root: Node): Section[] {
  const found: Section[] = [];
  let done = 0;
  for (let at = 0; at < text.length;) {
    const match = longest(text, at, root);
    if (!match) {
      at++;
      continue;
    }
    const { token, end } = match;
    const start = at;
    at = end;
    if (token.singleWord && (wordEnd.test(text.slice(Math.max(0, start - 2), start)) || wordStart.test(text.slice(end, end + 2)))) continue;
    const from = token.lstrip ? Math.max(done, start - (endSpace.exec(text.slice(done, start))?.[0].length ?? 0)) : start;
    if (done < from) found.push({ text: text.slice(done, from), isFirst: done === 0 });
    found.push({ id: token.id });
    done = token.rstrip ? end + (startSpace.exec(text.slice(end))?.[0].length ?? 0) : end;
  }
  if (done < text.length) found.push({ text: text.slice(done), isFirst: done === 0 });
  return found;
}

function longest(text: string, start: number, root: Node): { readonly token: AddedToken; readonly end: number } | null {
  let best: { token: AddedToken; end: number } | null = null;
  let node = root.next.get(text[start] as string);
  for (let at = start + 1; node; at++) {
    if (node.token) best = { token: node.token, end: at };
    node = at < text.length ? node.next.get(text[at] as string) : undefined;
  }
  return best;
}
