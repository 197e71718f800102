// Answers of the engine session: what training taught, while training, stopped, seeded and refused.
import { expect, it } from "vitest";
import type { GenerateRequest } from "../../src/protocol/chat-api.ts";
import { words } from "../../src/words/message.ts";
import { tinyFloatBytes, withBuiltIn } from "../support/built-in.ts";
import { failureOf } from "../support/errors.ts";
import { Driver, greedy, ignore, sentences } from "../support/session.ts";

const text = (prompt: string) => ({ kind: "text", text: prompt }) as const;
const long = { prompt: text("Go on"), runId: null, sampling: { ...greedy, maxTokens: 200, temperature: 1 } } as const;

/** An answer under way: resolves with its end once its first text is here. */
async function underWay({ session }: Driver) {
  let answer: ReturnType<typeof session.generate> | undefined;
  await new Promise<void>((resolve) => {
    answer = session.generate(long, () => resolve());
  });
  return { ended: answer };
}

it("stream while a run trains, from its adapter as it stands, and do not disturb it", async () => {
  const straight = await Driver.load();
  const whole = await straight.train({ steps: 25 });
  const driver = await Driver.load();
  const id = await driver.start({ steps: 25 });
  await driver.steps(id, 2);
  let streamed = "";
  const answer = await driver.session.generate({ prompt: text("1?"), runId: id, sampling: greedy }, (delta) => (streamed += delta));
  expect(answer.text.startsWith(streamed)).toBe(true);
  expect(await driver.end(id)).toBe("finished");
  expect(await driver.adapter(id)).toEqual(await straight.adapter(whole));
});

it("are what training taught, and not what the base says", async () => {
  const driver = await Driver.load();
  const id = await driver.train({ steps: 150, batchSize: 7, rank: 8, alpha: 16 });
  let taught = 0;
  for (const { ids, labels } of sentences.train) {
    const prompt = { kind: "ids", ids: [...ids].filter((_, at) => labels[at] === -100) } as const;
    const expected = [...ids].slice(prompt.ids.length, -1);
    const [tuned, base] = [
      await driver.session.generate({ prompt, runId: id, sampling: greedy }, ignore),
      await driver.session.generate({ prompt, runId: null, sampling: greedy }, ignore),
    ];
    expect(base.ids).not.toEqual(expected);
    if (tuned.stopReason === "end" && String(tuned.ids) === String(expected)) taught++;
  }
  expect(taught).toBe(sentences.train.length);
});

it("are the same for a seed, at any temperature", async () => {
  const { session } = await Driver.load();
  const ask = (seed: number) => {
    const sampling = { maxTokens: 16, temperature: 1.5, topP: 0.95, topK: 50, seed };
    return session.generate({ prompt: text("Hello"), runId: null, sampling }, ignore);
  };
  const [one, same, other] = [await ask(1), await ask(1), await ask(2)];
  expect(one.ids).toEqual(same.ids);
  expect(one.ids).not.toEqual(other.ids);
});

it("are written several at once as each alone, from the base and from an adapter", async () => {
  const driver = await Driver.load();
  const trained = await driver.train({ steps: 3 });
  const prompts = ["1?", "Hello", "Hello there", "Hello", "a", "One and two", "3", "Hello there, you", "b", "1? 2?"].map(text);
  for (const runId of [null, trained]) {
    const alone = [];
    for (const prompt of prompts) alone.push(await driver.session.generate({ prompt, runId, sampling: greedy }, ignore));
    const counts: number[] = [];
    const all = await driver.session.generateAll({ prompts, runId, sampling: greedy }, (count) => counts.push(count));
    const expected = alone.map(({ ids, promptTokens, stopReason, ...answer }) => ({ text: answer.text, ids, promptTokens, stopReason }));
    expect(all).toEqual(expected);
    expect(counts).toEqual(prompts.map((_, at) => at + 1));
  }
});

it("say where the model is too large for the fast programs, and are the same", async () => {
  const ask = async () => (await Driver.load()).session.generate({ prompt: text("1?"), runId: null, sampling: greedy }, ignore);
  const fast = await ask();
  expect(fast.notes).toBeUndefined();
  // A device without memory to spare.
  await withBuiltIn(0, async () => {
    const { ids, notes } = await ask();
    expect(notes).toEqual([words("generate/layer-by-layer")]);
    expect(ids).toEqual(fast.ids);
  });
});

it("say where the weights are rounded for them, and are what training taught, base and adapter in turns", async () => {
  await withBuiltIn(tinyFloatBytes - 1, async () => {
    const driver = await Driver.load();
    const id = await driver.train({ steps: 150, batchSize: 7, rank: 8, alpha: 16 });
    const notes = [words("generate/rounded")];
    for (const { ids, labels } of sentences.train) {
      const prompt = { kind: "ids", ids: [...ids].filter((_, at) => labels[at] === -100) } as const;
      const expected = [...ids].slice(prompt.ids.length, -1);
      const ask = (runId: string | null) => driver.session.generate({ prompt, runId, sampling: greedy }, ignore);
      const base = await ask(null);
      expect(await ask(id)).toMatchObject({ ids: expected, notes, stopReason: "end" });
      expect(base.ids).not.toEqual(expected);
      expect(await ask(null)).toMatchObject({ ids: base.ids, notes });
    }
    const [one] = await driver.session.generateAll({ prompts: [text("1?")], runId: id, sampling: greedy }, ignore);
    expect(one?.notes).toEqual(notes);
  });
});

it("end when stopped, with what there is; one at a time", async () => {
  const driver = await Driver.load();
  const { ended } = await underWay(driver);
  expect((await failureOf(() => driver.session.generate(long, ignore))).code).toBe("generate/busy");
  await driver.session.stopGeneration();
  expect((await ended)?.stopReason).toBe("stopped");
  expect((await ended)?.ids.length).toBeLessThan(200);
  await driver.session.generate({ ...long, sampling: greedy }, ignore);
});

it("end before the model goes that writes them, and the next model answers", async () => {
  const driver = await Driver.load();
  const { ended } = await underWay(driver);
  await driver.load("wasm", { quantization: "none" });
  expect((await ended)?.stopReason).toBe("stopped");
  expect((await driver.session.generate({ ...long, sampling: greedy }, ignore)).promptTokens).toBe(5);
});

it("keep their adapter while another is looked at", async () => {
  const driver = await Driver.load();
  const [one, other] = [await driver.train({ steps: 3 }), await driver.train({ steps: 4, seed: 9 })];
  const ask = () => driver.session.generate({ prompt: text("Tell me"), runId: one, sampling: { ...greedy, maxTokens: 20 } }, ignore);
  const undisturbed = await ask();
  const answer = ask();
  for (let count = 0; count < 3; count++) await driver.session.logits([1, 2, 3], other);
  expect((await answer).ids).toEqual(undisturbed.ids);
});

it("stop at the end of the context, and a prompt beyond it is refused", async () => {
  const { session } = await Driver.load();
  const ids = Array.from({ length: 250 }, (_, at) => 3 + (at % 200));
  const sampling = { ...greedy, maxTokens: 100, temperature: 3 };
  const { ids: written, stopReason } = await session.generate({ prompt: { kind: "ids", ids }, runId: null, sampling }, ignore);
  expect(written.length).toBeLessThanOrEqual(6);
  if (stopReason === "length") expect(written).toHaveLength(6);
  const beyond = { prompt: { kind: "ids", ids: [...ids, ...ids] }, runId: null, sampling } as const;
  expect((await failureOf(() => session.generate(beyond, ignore))).code).toBe("generate/context-full");
});

const refused: readonly (readonly [string, GenerateRequest["prompt"], Partial<GenerateRequest["sampling"]>, string | null])[] = [
  ["generate/empty-prompt", { kind: "ids", ids: [] } as const, {}, null],
  ["generate/empty-prompt", text(""), {}, null],
  ["tokens/out-of-vocabulary", { kind: "ids", ids: [5, 264] } as const, {}, null],
  ["generate/bad-sampling", text("x"), { temperature: NaN }, null],
  ["generate/bad-sampling", text("x"), { topP: 0 }, null],
  ["generate/bad-sampling", text("x"), { maxTokens: 0 }, null],
  ["checkpoint/missing", text("x"), {}, "nobody"],
];

it.each(refused)("are refused with %s, and the next one answers", async (code, prompt, sampling, runId) => {
  const { session } = await Driver.load();
  expect((await failureOf(() => session.generate({ prompt, runId, sampling: { ...greedy, ...sampling } }, ignore))).code).toBe(code);
  await session.generate({ prompt: text("still here"), runId: null, sampling: greedy }, ignore);
});
