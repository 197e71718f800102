// The letters that stand for the 256 bytes in byte-level vocabularies (bytes_to_unicode of GPT-2).

const letters = ((): readonly string[] => {
  const isOwn = (byte: number): boolean => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isOwn(byte) ? byte : next++));
})();

const bytes: ReadonlyMap<string, number> = new Map(letters.map((letter, byte) => [letter, byte]));
const encoder = new TextEncoder();

export function toByteLetters(text: string): string {
  let result = "";
  for (const byte of encoder.encode(text)) result += letters[byte] ?? "";
  return result;
}

/** The bytes of a token; of one that is not written in these letters, as some added tokens are, those of its text. */
export function fromByteLetters(token: string): readonly number[] | Uint8Array {
  const found: number[] = [];
  for (const letter of token) {
    const byte = bytes.get(letter);
    if (byte === undefined) return encoder.encode(token);
    found.push(byte);
  }
  return found;
}
