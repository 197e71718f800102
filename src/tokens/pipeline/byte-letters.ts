// The letters that stand for the 256 bytes in byte-level vocabularies (bytes_to_unicode of GPT-2).

export const byteLetters = ((): readonly string[] => {
  const isOwn = (byte: number): boolean => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isOwn(byte) ? byte : next++));
})();

const known: ReadonlySet<string> = new Set(byteLetters);
const encoder = new TextEncoder();

/** A token that is not written in these letters, as some added tokens are, in them. */
export const inByteLetters = (token: string): string =>
  Array.from(token).every((letter) => known.has(letter)) ? token : Array.from(encoder.encode(token), (byte) => byteLetters[byte]).join("");
