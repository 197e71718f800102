// Regular expressions of Python, against what Python's own re.fullmatch says of the same names (tests/fixtures/adapters).
import { describe, expect, it } from "vitest";
import { pythonFullMatch } from "../../src/interchange/peft-pattern.ts";
import { failureOf } from "../support/errors.ts";
import { jsonOf } from "../support/files.ts";

const { paths, patterns } = jsonOf("tests/fixtures/adapters/python-patterns.json") as {
  readonly paths: readonly string[];
  readonly patterns: readonly { readonly pattern: string; readonly matches: readonly boolean[] }[];
};

describe("regular expressions as Python reads them", () => {
  it.each(patterns)("match the same names: $pattern", ({ pattern, matches }) => {
    const match = pythonFullMatch(pattern, "target_modules");
    expect(paths.map(match)).toEqual(matches);
  });

  it.each([
    [String.raw`(a)\1`, String.raw`\1`],
    ["(?P<x>a)(?P=x)", "(?P=x"],
    ["(?>a)b", "(?>a"],
    ["a*+b", "*+"],
    ["a{2}+", "{2}+"],
    ["(?i:a)b", "(?i:a"],
    ["a(?i)b", "(?i"],
    ["(?x)a b", "(?x)"],
    ["(a)?(?(1)b|c)", "(?(1"],
    [String.raw`\N{DIGIT ONE}`, String.raw`\N`],
    [String.raw`\q`, String.raw`\q`],
    ["[a", "[a"],
  ])("with %s are refused, naming %s", async (pattern, named) => {
    const failure = await failureOf(() => pythonFullMatch(pattern, "target_modules"));
    expect(failure.code).toBe("adapter/unsupported");
    expect(failure.message).toContain(named);
    expect(failure.message).toContain("target_modules");
  });

  it.each(["a**", "(a", "a)", "*a", "[b-a]"])("that are none in Python either are invalid: %s", async (pattern) => {
    expect((await failureOf(() => pythonFullMatch(pattern, "exclude_modules"))).code).toBe("adapter/invalid");
  });

  it("of any length are quoted in part", async () => {
    expect((await failureOf(() => pythonFullMatch(`${"x".repeat(5000)}\\1`, "target_modules"))).message.length).toBeLessThan(400);
  });
});
