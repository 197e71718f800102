// The letters that stand for the 256 bytes in byte-level vocabularies (bytes_to_unicode of GPT-2).

export const byteLetters = ((): readonly string[] => {
  const isOwn = (byte: number): boolean => (byte >= 33 && byte <= 126) || (byte >= 161 && byte <= 172) || byte >= 174;
  let next = 256;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isOwn(byte) ? byte : next++));
})();

const byteOf: ReadonlyMap<string, number> = new Map(byteLetters.map((letter, byte) => [letter, byte]));
const encoder = new TextEncoder();

/** Of a token that is not written in these letters, as some added tokens are, those of its UTF-8. */
export function bytesOfToken(token: string): Uint8Array {
  const bytes = Array.from(token, (letter) => byteOf.get(letter));
  return bytes.every((byte) => byte !== undefined) ? Uint8Array.from(bytes) : encoder.encode(token);
}
