// Claim: numbers, sizes, times and dates are written as each language writes them, with spaces that do not break.
import { describe, expect, it } from "vitest";
import { english, french } from "../support/words.ts";

/** Spaces that do not break: narrow, and as wide as others. */
const [thin, wide] = ["\u202F", "\u00A0"];
const en = english.format;
const fr = french.format;

describe("duration", () => {
  it.each([
    [400, "0 sec", "0 s"],
    [59_400, "59 sec", "59 s"],
    [65_000, "1 min 5 sec", "1 min 5 s"],
    [3_720_000, "1 hr 2 min", "1 h 2 min"],
  ])("of %d ms", (ms, inEnglish, inFrench) => {
    expect(en.duration(ms)).toBe(inEnglish);
    expect(plain(fr.duration(ms))).toBe(inFrench);
  });
});

describe("measure", () => {
  it.each([
    [null, "–", "–"],
    [undefined, "–", "–"],
    [0, "0", "0"],
    [0.002, "0.002", "0,002"],
    [0.00002, "2e-5", "2e-5"],
    [0.000123, "1.2e-4", "1,2e-4"],
    [1.23456, "1.23", "1,23"],
    [-1.23456, "-1.23", "-1,23"],
    [99_999, "100000", "100000"],
    [123_456, "1.2e5", "1,2e5"],
    [NaN, "not a number", "pas un nombre"],
    [Infinity, "infinite", "infini"],
    [-Infinity, "minus infinite", "moins l’infini"],
  ])("of %s", (value, inEnglish, inFrench) => {
    expect(en.measure(value)).toBe(inEnglish);
    expect(fr.measure(value)).toBe(inFrench);
  });
});

describe("bytes", () => {
  it.each([
    [0, "0 bytes", "0 octet"],
    [1, "1 byte", "1 octet"],
    [999, "999 bytes", "999 octets"],
    [1000, "1 kB", "1 ko"],
    [5_500_000, "5.5 MB", "5,5 Mo"],
    [2_000_000_000, "2 GB", "2 Go"],
  ])("of %d", (bytes, inEnglish, inFrench) => {
    expect(en.bytes(bytes)).toBe(inEnglish);
    expect(plain(fr.bytes(bytes))).toBe(inFrench);
  });
});

it("counts, rates, shares and large numbers", () => {
  expect([en.count(12_345), fr.count(12_345)]).toEqual(["12,345", `12${thin}345`]);
  expect([en.rate(9.24), fr.rate(9.24)]).toEqual(["9.2", "9,2"]);
  expect([en.rate(1234.5), fr.rate(1234.5)]).toEqual(["1,235", `1${thin}235`]);
  expect([en.rate(null), fr.rate(null)]).toEqual(["–", "–"]);
  expect([en.percent(0.125), fr.percent(0.125)]).toEqual(["13%", `13${wide}%`]);
  expect([en.compact(2_760_000), fr.compact(2_760_000)]).toEqual(["2.8M", `2,8${wide}M`]);
});

it("dates", () => {
  const at = new Date(2025, 0, 3, 14, 5).getTime();
  expect(plain(en.date(at))).toBe("Jan 3, 2025, 2:05 PM");
  expect(plain(fr.date(at))).toBe("3 janv. 2025, 14:05");
});

it("styles of numbers within messages are the same", () => {
  const amounts = { granted: 5_500_000, asked: 2_000_000_000, note: "…" };
  expect(english.say("ui-page/probed", amounts)).toBe("5.5 MB of 2 GB granted. …");
  expect(plain(french.say("ui-page/probed", amounts))).toBe("Mémoire accordée : 5,5 Mo sur 2 Go. …");
  expect(english.say("ui-page/examples", { count: 1 })).toBe("1 example");
  expect(english.say("ui-page/examples", { count: 1200 })).toBe("1,200 examples");
  expect(french.say("ui-page/examples", { count: 0 })).toBe("0 exemple");
  expect(french.say("ui-page/examples", { count: 1200 })).toBe(`1${thin}200 exemples`);
  expect(english.say("ui-model/weights-option", { weights: "NF4", bits: 4.126953125 })).toBe("NF4 · 4.13 bits per weight");
  expect(french.say("ui-model/weights-option", { weights: "NF4", bits: 4.126953125 })).toBe("NF4 · 4,13 bits par poids");
});

function plain(text: string): string {
  return text.replaceAll(/[\u00A0\u202F]/g, " ");
}
