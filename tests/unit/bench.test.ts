// Claims about `npm run bench`: what it says of repeated times, who plays when, that nobody is left out in silence, and what the options
// and the tables say.
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { blobSource } from "../../src/base/byte-source.ts";
import { openGguf } from "../../src/interchange/gguf.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import { parameterCount } from "../../src/model/spec.ts";
import { contest, type Seat, type Turn } from "../bench/contest.ts";
import { endId, modelFile } from "../bench/model-file.ts";
import { parseOptions, UsageError } from "../bench/options.ts";
import { obstacle, peerNames, peers } from "../bench/peers.ts";
import { promptOf, shapeNames, shapes, taskNames } from "../bench/shapes.ts";
import { median, summary, turnOrder } from "../bench/statistics.ts";
import { figure, markdown, rate, tables, type Report } from "../bench/table.ts";

describe("repeated times", () => {
  it("have the middle one as the median, or the mean of the two in the middle", () => {
    expect(median([9, 1, 5])).toBe(5);
    expect(median([4, 1, 3, 2])).toBe(2.5);
    expect(median([])).toBeNaN();
  });

  it("have the shortest as the best, and a spread that is a share of the median", () => {
    expect(summary([12, 10, 11, 15, 10.5])).toEqual({ median: 11, best: 10, spread: 5 / 11 });
  });
});

/** Takes the given times, one a turn, and notes who was asked for what. */
function seat(name: string, ms: readonly number[], log: string[], failing: Partial<Record<keyof Seat, string>> = {}): Seat {
  const times = [...ms];
  const asked = <T>(what: keyof Seat, value: T): Promise<T> => {
    log.push(`${name} ${what}`);
    const reason = failing[what];
    return reason === undefined ? Promise.resolve(value) : Promise.reject(new Error(reason));
  };
  return {
    name,
    open: () => asked("open", { version: "1", compared: "toys" }),
    turn: () => asked("turn", { ms: times.length > 1 ? (times.shift() as number) : (times[0] as number), units: 1 } satisfies Turn),
    details: () => asked("details", { of: name }),
    close: () => asked("close", undefined),
  };
}

const quick = { repeats: 3, warmMs: 0, leastMs: 0, limitMs: 1000 };

describe("a contest", () => {
  it("lets another begin in every round", () => {
    expect([0, 1, 2, 3].map((round) => turnOrder(["a", "b", "c"], round).join(""))).toEqual(["abc", "bca", "cab", "abc"]);
    expect(turnOrder([], 5)).toEqual([]);
  });

  it("is played by turns after all have warmed up", async () => {
    const log: string[] = [];
    await contest([seat("a", [1], log), seat("b", [2], log)], { ...quick, warmMs: 2 });
    expect(log.join(", ")).toBe(
      "a open, b open, a turn, a turn, b turn, a turn, b turn, b turn, a turn, a turn, b turn, a details, b details, a close, b close",
    );
  });

  it("warms up by time and keeps those turns out of the figures", async () => {
    const { timed } = await contest([seat("a", [50, 30, 20, 5], [])], { ...quick, warmMs: 100 });
    expect(timed[0]).toMatchObject({ first: [50, 30, 20], samples: [5, 5, 5], median: 5, best: 5, spread: 0, details: { of: "a" } });
  });

  it("names who fails with the reason, lets it go, and goes on", async () => {
    const log: string[] = [];
    const seats = [
      seat("a", [1], log),
      seat("b", [1], log, { open: "no such package" }),
      seat("c", [1], log, { turn: "out of memory" }),
      seat("d", [0], log),
    ];
    const { timed, absent } = await contest(seats, quick);
    expect(timed.map(({ name, samples }) => [name, samples.length])).toEqual([["a", 3]]);
    expect(absent).toEqual([
      { name: "b", reason: "no such package" },
      { name: "c", reason: "out of memory" },
      { name: "d", reason: "A turn of 1 units in 0 ms cannot be timed." },
    ]);
    expect(log.filter((line) => line.endsWith("close")).toSorted((a, b) => a.localeCompare(b))).toEqual([
      "a close",
      "b close",
      "c close",
      "d close",
    ]);
  });

  it("gives up who does not answer", async () => {
    const silent: Seat = { ...seat("b", [1], []), turn: () => new Promise(() => undefined) };
    const { timed, absent } = await contest([seat("a", [1], []), silent], { ...quick, limitMs: 20 });
    expect([timed.length, absent[0]?.name, absent[0]?.reason]).toEqual([1, "b", expect.stringMatching(/not answered/)]);
  });
});

describe("the options", () => {
  it("are everything, five times, where nothing is given", () => {
    const expected = {
      provider: "wasm",
      shapes: shapeNames,
      only: taskNames,
      peers: peerNames,
      repeats: 5,
      warmMs: 3000,
      requireGpu: false,
    };
    expect(parseOptions([])).toMatchObject(expected);
  });

  it("take lists in the order of the table, each once", () => {
    const asked = parseOptions(["--shapes", "135M,tiny,135M", "--only", "decode, train", "--peers", "tfjs,wllama", "--batch", "4x512"]);
    const batch = { rows: 4, tokens: 512 };
    expect(asked).toMatchObject({ shapes: ["tiny", "135M"], only: ["train", "decode"], peers: ["wllama", "tfjs"], batch });
    expect(parseOptions(["--peers", "none"])).toMatchObject({ peers: [] });
    expect(parseOptions(["--install-peers"])).toBe("install-peers");
    expect(parseOptions(["--help"])).toBe("help");
  });

  it.each([
    [["--shapes", "7B"], /--shapes knows tiny, 15M, 135M, 360M, not "7B"/],
    [["--peers", "tfjs,torch"], /--peers knows wllama.*"torch"/],
    [["--ep", "webgl"], /--ep knows/],
    [["--repeats", "0"], /whole number of at least 1, not "0"/],
    [["--repeats", "2.5"], /whole number/],
    [["--new-tokens", "1"], /at least 2/],
    [["--warm", ""], /--warm takes a number/],
    [["--batch", "4"], /rows x tokens/],
    [["--require-gpu"], /--ep webgpu/],
    [["--speed"], /--speed/],
  ])("refuse %j", (argv, why) => {
    expect(() => parseOptions(argv)).toThrow(UsageError);
    expect(() => parseOptions(argv)).toThrow(why);
  });
});

describe("the file of a shape", () => {
  it.each(shapes.slice(0, 2))("$name has the shape's tensors, and a row of zeros at the token that ends", async (shape) => {
    const bytes = modelFile(shape);
    const { config, reader } = await openGguf(blobSource("model.gguf", new Blob([bytes])));
    const spec = parseModelConfig(config);
    expect(spec).toMatchObject({
      hiddenSize: shape.hidden,
      layers: shape.layers,
      kvHeads: shape.kvHeads,
      vocabularySize: shape.vocabulary,
    });
    const matrices = shape.hidden * (shape.hidden / shape.heads) * (2 * shape.heads + 2 * shape.kvHeads) + 3 * shape.hidden * shape.mlp;
    const norms = shape.hidden * (2 * shape.layers + 1);
    expect(parameterCount(spec)).toBe(shape.layers * matrices + norms + shape.vocabulary * shape.hidden);
    const rows = await reader.read("model.embed_tokens.weight", endId - 1, endId + 2);
    const zeros = (row: number): boolean => rows.subarray(row * shape.hidden, (row + 1) * shape.hidden).every((value) => value === 0);
    expect([zeros(0), zeros(1), zeros(2)]).toEqual([false, true, false]);
    const down = await reader.read("model.layers.1.mlp.down_proj.weight");
    const deviation = Math.sqrt(down.reduce((sum, value) => sum + value ** 2, 0) / down.length);
    expect(deviation / (0.02 / Math.sqrt(2 * shape.layers))).toBeCloseTo(1, 1);
  });

  it("has a token of its own for every letter of a prompt", () => {
    const { ids, text } = promptOf(64);
    expect([ids.length, text.length, text.slice(0, 4)]).toEqual([64, 64, "ahov"]);
    expect(ids.every((id, at) => id === 3 + text.charCodeAt(at))).toBe(true);
  });
});

describe("peers", () => {
  it("are named with a reason where they cannot do a task", () => {
    for (const name of peerNames)
      for (const task of taskNames) {
        const can = (peers[name].tasks as readonly string[]).includes(task);
        if (!can) expect(obstacle(name, task), `${name} ${task}`).toBe(peers[name].otherwise);
      }
  });

  const folder = new URL("../bench/", import.meta.url);
  const read = (name: string): unknown => JSON.parse(readFileSync(new URL(name, folder), "utf8"));
  const { packages } = read("package-lock.json") as {
    packages: Readonly<Record<string, { version?: string; license?: string; resolved?: string }>>;
  };

  it("are pinned, with the licences that are told, and nothing among them is copyleft", () => {
    const { devDependencies } = read("package.json") as { devDependencies: Readonly<Record<string, string>> };
    for (const { package: name, license } of Object.values(peers)) {
      if (name === null) continue;
      expect(packages[`node_modules/${name}`], name).toMatchObject({ version: devDependencies[name], license });
    }
    const known = /^\(?(MIT|ISC|Apache-2\.0|BSD-[23]-Clause|BlueOak-1\.0\.0)( (OR|AND) (MIT|Apache-2\.0))*\)?$/;
    const others = Object.entries(packages).filter(([path, { license = "" }]) => path !== "" && !known.test(license));
    expect(others).toEqual([]);
    expect(Object.values(packages).filter(({ resolved }) => resolved !== undefined)).toEqual([]);
  });

  it("are no dependency of the app", () => {
    const root = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
    for (const { package: name } of Object.values(peers)) if (name !== null) expect(root).not.toContain(`"${name}"`);
  });
});

describe("the tables", () => {
  const timed = { version: "1.2", compared: "toys | more", license: "MIT", first: [20, 40, 30], samples: [10], details: {} };
  const report: Report = {
    date: "2026-01-02",
    command: "npm run -s bench",
    machine: { cpu: "one" },
    options: {},
    rounds: [
      {
        task: "decode",
        shape: "tiny",
        batch: { rows: 1, tokens: 8 },
        timed: [
          { name: "Atelier", ...timed, best: 8, median: 10, spread: 0.25, details: { counts: { runs: 6, uploadedBytes: 1536 } } },
          { name: "wllama", ...timed, best: 4, median: 20, spread: 0.5 },
        ],
        absent: [{ name: "tfjs", reason: "It has no\ngeneration." }],
      },
    ],
  };

  it("say who is how fast beside Atelier, what was counted, and who is absent and why", () => {
    const text = tables(report);
    expect(text).toContain("| tiny | decode | Atelier | 125 tok/s | 100 tok/s | 25% |  | × 3.00 |");
    // Half as long at best, twice as long in the median.
    expect(text).toContain("| tiny | decode | wllama | 250 tok/s | 50 tok/s | 50% | × 0.50 / × 2.00 | × 1.50 |");
    expect(text).toContain("| tiny | decode | wllama 1.2 | MIT | toys \\| more |");
    expect(text).toContain("| tiny | decode, a token | 6 |");
    expect(text).toContain("(1.54 kB)");
    expect(text).toContain("| tiny | decode | tfjs | It has no generation. |");
  });

  it("write three digits, tokens as a rate and all else in milliseconds", () => {
    expect([0, 0.01234, 1.005, 99.95, 1234.5, Number.NaN].map(figure)).toEqual(["0", "0.0123", "1", "100", "1235", "–"]);
    expect([rate("prompt", 4), rate("train", 4), rate("load", 1500)]).toEqual(["250 tok/s", "4 ms", "1500 ms"]);
    expect(markdown(["a"], [])).toBe("");
  });
});
