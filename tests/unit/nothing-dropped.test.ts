// Whatever a record holds is in the example, or named as not used, or the record is refused: for random records with keys at random places.
import { expect, it } from "vitest";
import { seededRandom, type Random } from "../../src/base/random.ts";
import { datasetFormats } from "../../src/data/formats.ts";
import { readRecord } from "../../src/data/read-record.ts";

const needed = new Set(datasetFormats.flatMap(({ needs, details = [] }) => [...needs, ...details]));
const otherKeys = "system system_prompt history tools functions id meta category role content chosen label images";
const keys = [...needed, ...otherKeys.split(" ")];
const turnKeys = [
  ..."role from content value text name tool_call_id tool_calls function_call reasoning_content reasoning thinking".split(" "),
  ..."weight train loss refusal id input output system".split(" "),
];
const roles = ["user", "assistant", "human", "gpt", "system", "tool", "function_call", "observation", "nobody"];

class Maker {
  readonly #random: Random;
  #leaves = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  record(): Record<string, unknown> {
    const { needs, turns } = this.#one(datasetFormats);
    const record = Object.fromEntries(needs.map((key) => [key, turns === undefined ? this.#oftenText() : this.#turns()]));
    return this.#more(record, keys);
  }

  #turns(): unknown {
    const turns = this.#some(1, () => this.#turn());
    return this.#chance(0.1) ? JSON.stringify(turns) : turns;
  }

  #turn(): unknown {
    const roleKey = this.#one(["role", "from"]);
    const turn = { [roleKey]: this.#one(roles), [roleKey === "role" ? "content" : "value"]: this.#content() };
    return this.#more(turn, turnKeys);
  }

  #content(): unknown {
    if (this.#chance(0.7)) return this.#leaf();
    return this.#some(0, () =>
      this.#more({ type: this.#one(["text", "text", "reasoning", "image_url"]), text: this.#leaf() }, ["cache_control", "value", "id"]),
    );
  }

  #more(record: Record<string, unknown>, names: readonly string[]): Record<string, unknown> {
    const added = this.#some(0, () => [this.#one(names), this.#value()] as const).filter(([key]) => this.#chance(0.5) || !(key in record));
    const all = { ...record, ...Object.fromEntries(added.slice(0, 2)) };
    return all;
  }

  #value(): unknown {
    const call = { id: this.#leaf(), function: { name: this.#leaf(), arguments: { [this.#leaf()]: this.#leaf() } }, index: this.#leaf() };
    const values = [
      () => this.#leaf(),
      () => this.#leaf(),
      () => this.#turns(),
      () => [[this.#leaf(), this.#leaf()]],
      () => ({ name: this.#leaf(), arguments: JSON.stringify({ a: this.#leaf() }) }),
      () => [call],
      () => [{ type: "function", function: { name: this.#leaf(), description: this.#leaf() }, strict: this.#leaf() }],
      () => ({ [this.#leaf()]: [this.#leaf(), { deep: this.#leaf() }] }),
      () => this.#one([0, 1, true, false, 0.5, null, "", [], {}]),
    ];
    return this.#one(values)();
  }

  #oftenText(): unknown {
    return this.#chance(0.8) ? this.#leaf() : this.#turns();
  }

  /** A text that stands nowhere else. */
  #leaf(): string {
    return `leaf${this.#leaves++}.`;
  }

  #some<T>(least: number, make: () => T): T[] {
    return Array.from({ length: least + this.#random.below(4) }, make);
  }

  #one<T>(values: readonly T[]): T {
    return values[this.#random.below(values.length)] as T;
  }

  #chance(of: number): boolean {
    return this.#random.uniform() < of;
  }
}

/** The texts within, each with the path at which it would be named. */
function leavesOf(value: unknown, path: string): (readonly [string, string])[] {
  if (typeof value === "string") {
    if (/^[[{]/.test(value)) return leavesOf(JSON.parse(value), path);
    return value.startsWith("leaf") ? [[value, path]] : [];
  }
  if (Array.isArray(value)) return value.flatMap((inner) => leavesOf(inner, `${path}[]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(key.startsWith("leaf") ? [[key, path] as const] : []),
    ...leavesOf(inner, path === "" ? key : `${path}.${key}`),
  ]);
}

const isNamed = (path: string, ignored: readonly string[]): boolean =>
  ignored.some((name) => path === name || path.startsWith(`${name}.`) || path.startsWith(`${name}[]`));

it("every text of a record is used, or named, or its record is refused", () => {
  const seed = 11;
  const random = seededRandom(seed);
  let read = 0;
  for (let round = 0; round < 20_000; round++) {
    const record = new Maker(random).record();
    const found = readRecord({ place: 1, value: record }, "line");
    if ("issue" in found) continue;
    read++;
    const { example, unused } = found;
    const used = JSON.stringify(example);
    const dropped = leavesOf(record, "").filter(([leaf, path]) => !used.includes(leaf) && !isNamed(path, [...unused]));
    const empty =
      example.kind === "chat" &&
      example.messages.some(
        (message) => message.role === "assistant" && message.learned !== "never" && !JSON.stringify(message).includes("leaf"),
      );
    if (dropped.length > 0 || empty)
      expect.fail(`seed ${seed}, round ${round}: ${dropped.join("; ")} of ${JSON.stringify(record)} became ${used}`);
  }
  expect(read).toBeGreaterThan(4000);
});
