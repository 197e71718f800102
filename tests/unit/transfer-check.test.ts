// Claim: a second model is only loaded where it fits beside the first, and what is said of a check is what it found.
import { describe, expect, it } from "vitest";
import { buildCommand } from "../../src/cli/build-request.ts";
import { parseCommand } from "../../src/cli/options.ts";
import { shapeOf } from "../../src/config/run-shape.ts";
import { parseModelConfig } from "../../src/model/architectures.ts";
import type { BudgetLimits } from "../../src/protocol/budget-api.ts";
import { estimateBudget, type BudgetSubject } from "../../src/session/models/budget.ts";
import { requireRoomBeside } from "../../src/session/exchange/transfer-check.ts";
import { transferWords } from "../../src/state/transfer-actions.ts";
import { words } from "../../src/words/message.ts";
import { failureOf } from "../support/errors.ts";
import { rootPath } from "../support/files.ts";
import { tinyConfig } from "../support/tiny-model.ts";
import { configWith } from "../support/configs.ts";
import { english } from "../support/words.ts";

describe("the room for a second model", async () => {
  const none: BudgetLimits = { memory: null, heap: null, buffer: null };
  const subject: BudgetSubject = {
    spec: parseModelConfig(tinyConfig),
    provider: "wasm",
    quantizationConfig: { quantization: "as-published" },
    hasFloat16: true,
    run: shapeOf(configWith({ batchSize: 2, seqLength: 32 })),
  };
  const { parts, totalBytes, heapBytes } = await estimateBudget(subject, none);
  const held = 5_000_000;
  // Neither gradients and moments nor a chat's cache are there while it is only asked.
  const beside = held + totalBytes - parts.optimizer - parts.cache;
  const code = async (limits: Partial<BudgetLimits>): Promise<string> =>
    (await failureOf(() => requireRoomBeside(held, subject, { ...none, ...limits }))).code;

  it("is what both take together, and one byte less is refused with both figures", async () => {
    await requireRoomBeside(held, subject, none);
    await requireRoomBeside(held, subject, { memory: beside, heap: held + heapBytes, buffer: 2 ** 31 });
    const failure = await failureOf(() => requireRoomBeside(held, subject, { ...none, memory: beside - 1 }));
    expect(failure).toMatchObject({ code: "transfer/no-room", params: { needed: beside, room: beside - 1 } });
  });

  it("is also that of the heap and of one buffer", async () => {
    expect(await code({ heap: held + heapBytes - 1 })).toBe("transfer/no-room");
    const onGpu = { ...subject, provider: "webgpu" } as const;
    const { largestBuffer: buffer } = await estimateBudget(onGpu, none);
    await requireRoomBeside(held, onGpu, { ...none, heap: 1, buffer });
    expect((await failureOf(() => requireRoomBeside(held, onGpu, { ...none, buffer: buffer - 1 }))).code).toBe("transfer/no-room");
  });
});

describe("what a check came to", () => {
  const say = (...report: Parameters<typeof transferWords>): string[] => transferWords(...report).map(english.text);
  const trained = { form: "int4", right: 24, of: 24 };
  const published = { form: "Q8_0, Q4_1", right: 23, of: 24 };
  const why = words("cache/no-files");

  it("is both figures, that of the published weights first", () => {
    expect(say({ trained, published, isSame: false })).toEqual([
      "On the published weights (Q8_0, Q4_1): 23 of 24 taught examples are still right.",
      "On the weights it was trained on (int4): 24 of 24.",
    ]);
  });

  it("is one figure where both are the same weights", () => {
    expect(say({ trained: published, published, isSame: true })).toEqual([
      expect.stringMatching(/^23 of 24 taught examples are still right\. .* are the published ones \(Q8_0, Q4_1\)/),
    ]);
  });

  it("is no figure where there is none", () => {
    const [first, second] = say({ trained, published: { why }, isSame: false });
    expect(first).toBe(`On the published weights: not known. ${english.text(why)}`);
    expect(second).toContain("24 of 24");
    expect(say({ trained: { why }, published, isSame: false })[1]).toMatch(/^On the weights it was trained on: not known\. /);
    expect(say({ trained: { why }, published: { why }, isSame: true })).toHaveLength(1);
  });
});

it("a command asks for the check by name", () => {
  const data = rootPath("tests/fixtures/data/invented-facts.jsonl");
  const request = (...args: string[]): unknown => {
    const command = parseCommand(["train", "--data", data, ...args]);
    return command === "help" || "helpOf" in command ? null : buildCommand(command.verb, command.values).request;
  };
  expect(request()).toMatchObject({ wantCheck: false });
  expect(request("--check-published")).toMatchObject({ wantCheck: true });
});
