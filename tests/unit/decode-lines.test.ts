// Bytes that are no UTF-8 are named with their line and byte. The oracle for "is it UTF-8" is the platform's own decoder.
import { describe, expect, it } from "vitest";
import { seededRandom } from "../../src/base/random.ts";
import { parse, refusalOf } from "../support/dataset.ts";

const good = `{"prompt": "Käse?", "completion": "Ja 🧀."}`;
const bytes = (...parts: readonly (string | readonly number[])[]): Uint8Array<ArrayBuffer> =>
  new Uint8Array(parts.flatMap((part) => [...(typeof part === "string" ? new TextEncoder().encode(part) : part)]));

function utf16(text: string, littleEndian: boolean): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(2 * text.length));
  for (let at = 0; at < text.length; at++) view.setUint16(2 * at, text.charCodeAt(at), littleEndian);
  return new Uint8Array(view.buffer);
}

describe("UTF-16 with a byte order mark is read", () => {
  it.each([true, false])("little endian: %s", async (littleEndian) => {
    const { examples } = await parse(utf16(`\uFEFF${good}\r\n${good}\n`, littleEndian));
    expect(examples).toMatchObject([{ line: 1, messages: [{ content: "Käse?" }, { content: "Ja 🧀." }] }, { line: 2 }]);
  });

  it("and what is none in it is named with its line", async () => {
    expect(await refusalOf(utf16(`\uFEFF${good}\n\n{"text": "\ud83d"}`, true))).toMatch(/^data\/binary: set\.jsonl .*UTF-16.* line 3/);
    expect(await refusalOf(utf16(`\uFEFF${good}\n\0`, false))).toMatch(/^data\/binary: .*line 2/);
  });
});

describe("what is no UTF-8 is named with its line and byte", () => {
  const length = bytes(good).length + 1;

  it.each([
    ["numbers of a kind that nothing here knows", bytes([0x89, 0x10, 0x4e, 0x47, 0, 0, 0xff]), 1, 1, "0x89"],
    ["Latin-1", bytes(good, "\n", '{"text": "caf', [0xe9], '"}\n', good), 2, length + 14, "0xe9"],
    ["zeros", bytes(good, "\n\n\n", [0, 0]), 4, length + 3, "0x00"],
    ["after CR alone", bytes(good, "\r", good, "\r", [0xff]), 3, 2 * length + 1, "0xff"],
    ["after CRLF", bytes(good, "\r\n", [0xff]), 2, length + 2, "0xff"],
    ["a cut character", bytes(good, "\n", [0xc3]), 2, length + 1, "0xc3"],
    ["half of a surrogate pair", bytes(good, "\n", [0xed, 0xa0, 0x80]), 2, length + 1, "0xed"],
    ["an overlong form", bytes([0xc0, 0xaf]), 1, 1, "0xc0"],
    ["UTF-16 without a mark", utf16(good, true), 1, 2, "0x00"],
  ])("%s", async (_name, content, line, byte, found) => {
    expect(await refusalOf(content)).toBe(
      `data/binary: set.jsonl is not a text file in UTF-8: line ${line}, byte ${byte} of the file: ${found}.`,
    );
  });

  it("wherever it stands, the byte is the first at which the platform's decoder fails", async () => {
    const random = seededRandom(7);
    for (let round = 0; round < 300; round++) {
      const content = bytes(`{"text": "äß🧀€\n${good}`.repeat(2));
      for (let hits = 0; hits < 2; hits++) content[random.below(content.length)] = 1 + random.below(255);
      const failure = await refusalOf(content).catch(() => "read");
      const named = /byte (\d+) of the file: (.*)\.$/.exec(failure);
      const decodes = (end: number, stream: boolean): boolean => {
        try {
          new TextDecoder("utf-8", { fatal: true }).decode(content.subarray(0, end), { stream });
          return true;
        } catch {
          return false;
        }
      };
      if (content[0] === 0xfe || content[0] === 0xff) continue;
      expect(failure.startsWith("data/binary"), `round ${round}`).toBe(!decodes(content.length, false));
      if (!named) continue;
      const start = Number(named[1]) - 1;
      expect(decodes(start, false), `round ${round}: good up to byte ${start}`).toBe(true);
      expect(decodes(Math.min(start + 4, content.length), false), `round ${round}: bad at byte ${start + 1}`).toBe(false);
    }
  });
});
