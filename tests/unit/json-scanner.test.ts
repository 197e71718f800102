// The scanner finds values and faults; JSON.parse is the oracle for what is JSON.
import { expect, it } from "vitest";
import { seededRandom, type Random } from "../../src/base/random.ts";
import { JsonScanner } from "../../src/data/json-scanner.ts";

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};

/** Lines in which a value is complete, or why it is not. */
function scan(text: string): string {
  const scanner = new JsonScanner();
  const lines = text.split("\n");
  for (const [at, line] of lines.entries()) {
    const found = scanner.scan(line, 0);
    if (found.kind === "broken") return "broken";
    if (found.kind === "closed") {
      const rest = [line.slice(found.end), ...lines.slice(at + 1)].join("\n");
      return /^[ \t\n\r]*$/.test(rest) ? "closed" : "broken";
    }
  }
  return "open";
}

function randomJson(random: Random, depth: number): unknown {
  const some = <T>(make: () => T): T[] => Array.from({ length: random.below(4) }, make);
  const scalars = [null, true, false, 0, -1.5e-7, 12, "", 'a"b\\', "ä\u2028🧀\n\t", "\u0000"];
  if (depth === 0 || random.uniform() < 0.3) return scalars[random.below(scalars.length)];
  if (random.uniform() < 0.5) return some(() => randomJson(random, depth - 1));
  return Object.fromEntries(some(() => [`k${random.below(100)}"`, randomJson(random, depth - 1)]));
}

it("agrees with JSON.parse on what is JSON, whatever is broken", () => {
  const random = seededRandom(3);
  const pieces = ["true", "null", "NaN", "\\u12", "//", "1e9", "01"].concat("{}[]:,\"'\\/0123456789.eE+-ntu \n\t\u0001\u00a0".split(""));
  for (let round = 0; round < 20_000; round++) {
    let text = JSON.stringify(randomJson(random, 4), null, [0, 1, "\t"][random.below(3)]);
    for (let cuts = random.below(3); cuts > 0; cuts--) {
      const at = random.below(text.length + 1);
      const piece = random.uniform() < 0.3 ? "" : (pieces[random.below(pieces.length)] as string);
      text = text.slice(0, at) + piece + text.slice(at + random.below(3));
    }
    const found = scan(text);
    expect(found === "closed", `${round}: ${text}`).toBe(isJson(text));
  }
});

it("what is open can still become JSON, what is broken cannot", () => {
  const text = JSON.stringify({ a: [1, { b: "x" }, null], c: {} }, null, 1);
  const lines = text.split("\n");
  for (let count = 1; count < lines.length; count++) expect(scan(lines.slice(0, count).join("\n"))).toBe("open");
  expect(scan(text)).toBe("closed");
  for (const broken of ['{"a" 1', '{"a": }', "{,", "[1 2", "[,", "[1,]", '{"a": 1,}', '{"a', "[01", "nul", "'a'", "]", '["\\x"'])
    expect(scan(broken)).toBe("broken");
});

it("names a key that stands twice in one object, however it is written", () => {
  const twice = (text: string): string | undefined => {
    const scanner = new JsonScanner();
    scanner.scan(text, 0);
    return scanner.twice;
  };
  expect(twice('{"a": {"a": 1}, "b": [{"a": 1}, {"a": 2}]}')).toBeUndefined();
  expect(twice('{"a": {"b": 1, "c": 2, "b": 3}}')).toBe("b");
  expect(twice('{"a": 1, "\\u0061": 2}')).toBe("a");
  expect(twice('{"__proto__": 1, "__proto__": 2}')).toBe("__proto__");
});
