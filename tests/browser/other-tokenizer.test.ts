// Claim: a run takes only examples that the loaded model's own tokenizer and chat template made, when it starts and when it goes on.
import { expect, it } from "vitest";
import { DataSession } from "../../src/session/data/data-session.ts";
import { failureOf } from "../support/errors.ts";
import { Driver, ignore, sentences } from "../support/session.ts";
import { tinyModelFiles } from "../support/tiny-model.ts";

const template = "{% for m in messages %}{{ m.role }}: {{ m.content }}<|end|>{% endfor %}";
const plain = { kind: "files", name: "plain", files: tinyModelFiles() } as const;
const edited = { kind: "files", name: "edited", files: tinyModelFiles({ "chat_template.jinja": template }) } as const;

async function prepared(source: typeof plain | typeof edited) {
  const data = new DataSession();
  await data.openTokenizer(source);
  await data.parse(new File(['{"prompt": "Who?", "completion": "Me."}'], "x.jsonl"), ignore);
  return (await data.prepare({ seqLength: 64, turns: "all", validationFraction: 0, seed: 1 }, ignore)).data;
}

it("of the same weights with another chat template, data of the other is refused and its own is taken", async () => {
  const driver = new Driver();
  const { tokenizer } = await driver.load("wasm", { source: plain });
  const own = await prepared(plain);
  expect(own.tokenizer).toBe(tokenizer);
  expect((await failureOf(async () => driver.start({ steps: 1 }, await prepared(edited)))).code).toBe("run/other-tokenizer");
  await driver.train({ steps: 1 }, own);
});

it("a paused run goes on with its own template only, also when it comes from a file", async () => {
  const driver = new Driver();
  await driver.load("wasm", { source: plain });
  const id = await driver.train({ steps: 3 }, await prepared(plain), 1);
  const { bytes } = await driver.session.exportState(id);
  await driver.load("wasm", { source: edited });
  const imported = await driver.session.importState(bytes);
  for (const run of [id, imported]) {
    const failure = await failureOf(() => driver.session.resumeRun(run));
    expect(failure.code).toBe("run/other-tokenizer");
    expect(failure.message).toContain("edited");
  }
  await driver.load("wasm", { source: plain });
  await driver.session.resumeRun(id);
  expect(await driver.end(id)).toBe("finished");
  await driver.session.resumeRun(imported);
  expect(await driver.end(imported)).toBe("finished");
});

it("a run stored before there were fingerprints goes on", async () => {
  const driver = new Driver();
  await driver.load("wasm", { source: plain });
  const id = await driver.train({ steps: 2 }, sentences, 1);
  await driver.load("wasm", { source: edited });
  await driver.session.resumeRun(id);
  expect(await driver.end(id)).toBe("finished");
});
