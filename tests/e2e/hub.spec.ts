// A model by its id on a hub: a local server that speaks the hub's layout stands for it, with a second origin for large files.
import { expect, test, type Page } from "@playwright/test";
import { tinyGguf } from "../support/gguf-model.ts";
import { fixtures, headlessBeside } from "../support/headless.ts";
import { commit, HubServer } from "../support/hub-server.ts";
import { ask, dropPaths, goTo, openStudio, progress, train } from "../support/studio.ts";
import { tinyModelFiles } from "../support/tiny-model.ts";

const token = "hf_only_in_memory";
let hub: HubServer;

test.beforeAll(async () => {
  const files = await Promise.all(tinyModelFiles().map(async (file) => [file.name, new Uint8Array(await file.arrayBuffer())] as const));
  hub = await HubServer.start(Object.fromEntries(files), { token });
});
test.afterAll(() => hub.stop());
test.afterEach(() => hub.heal());

async function choose(page: Page, id: string, secret: string): Promise<void> {
  await page.getByRole("textbox", { name: "Model id or address" }).fill(id);
  await page.getByLabel("Token for gated models").fill(secret);
  await page.getByRole("button", { name: "Look at this model" }).click();
}

/** What is downloaded is shown before it comes. */
async function confirm(page: Page): Promise<void> {
  const review = page.getByRole("region", { name: "What this model takes" });
  await expect(review.getByRole("status")).toContainText("Fits: needs about");
  await review.getByRole("button", { name: "Load", exact: true }).click();
}

test("loads by id, is cancelled, goes on after a cut, trains and chats", async ({ page }) => {
  await openStudio(page, "wasm");
  const bar = page.getByRole("region", { name: "Model and engine" });
  await bar.getByRole("button", { name: "Change model" }).click();
  await expect(bar.getByText(/fetch its files from huggingface\.co/)).toBeVisible();
  await bar.locator(".model-form summary").click();
  await page.getByRole("textbox", { name: "Hub endpoint" }).fill(hub.endpoint);
  await expect(bar.getByText(/fetch its files from localhost/)).toBeVisible();

  await choose(page, "not an id", "");
  await expect(bar.getByText(/is no id of a model/)).toBeVisible();
  await choose(page, hub.id, "");
  await expect(page.locator("[role=alert][data-code='hub/gated']")).toContainText("Atelier base stays loaded");

  hub.fail("model.safetensors", { kind: "slow", ms: 20_000 });
  await choose(page, hub.id, token);
  await confirm(page);
  await expect(bar.getByText("Files", { exact: true })).toBeVisible();
  await bar.getByRole("button", { name: "Cancel loading" }).click();
  await expect(page.locator("[role=alert][data-code='load/cancelled']")).toContainText("Atelier base stays loaded");
  await expect(bar).toContainText("Atelier base");

  hub.heal();
  hub.fail("model.safetensors", { kind: "cut", after: 20_000 }, { times: 1 });
  await choose(page, hub.id, token);
  await confirm(page);
  await expect(bar.locator(".model-name")).toContainText(hub.id);
  await expect(bar).toContainText(commit.slice(0, 7));
  expect(hub.requestsOf("model.safetensors").map(({ range }) => range)).toContainEqual(expect.stringMatching(/^bytes=20000-/));
  expect(hub.asked.filter(({ host }) => host === "cdn").every(({ authorization }) => authorization === undefined)).toBe(true);

  await dropPaths(page, `${fixtures}data/invented-facts.jsonl`);
  await expect(page.getByText("12 of 12 lines are valid").first()).toBeVisible();
  await train(page, { Steps: "2", "Sequence length": "256" });
  await expect(progress(page)).toHaveAttribute("aria-valuenow", "2");
  await expect(page.getByRole("list", { name: "Stored runs" })).toContainText("2");
  await goTo(page, "Chat");
  expect(await ask(page, "Hi", ["base"])).toHaveProperty("base");
  expect(await storedText(page)).not.toContain(token);
});

/** All that the page keeps: web storage, the address, and every value in IndexedDB. */
async function storedText(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const found: string[] = [JSON.stringify(localStorage), JSON.stringify(sessionStorage), location.href];
    for (const { name } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve) => {
        const request = indexedDB.open(name ?? "");
        request.addEventListener("success", () => resolve(request.result));
      });
      for (const store of database.objectStoreNames) {
        const request = database.transaction(store).objectStore(store).getAll();
        await new Promise((resolve) => request.addEventListener("success", resolve));
        found.push(JSON.stringify(request.result));
      }
      database.close();
    }
    return found.join("\n");
  });
}

test("two GGUF files of one repository are two models, each looked at and loaded by one list of files", async ({ page }) => {
  const template = "{% for m in messages %}[{{ m.role }}] {{ m.content }}<|end|>{% endfor %}";
  const [first, second] = [await tinyGguf("F16"), await tinyGguf("F16", { seed: 2, template })];
  const bytesOf = async (file: File) => new Uint8Array(await file.arrayBuffer());
  const quants = await HubServer.start({ "a.gguf": await bytesOf(first), "b.gguf": await bytesOf(second) }, { id: "tiny/quants" });
  try {
    await openStudio(page, "wasm");
    await dropPaths(page, `${fixtures}data/invented-facts.jsonl`);
    const bar = page.getByRole("region", { name: "Model and engine" });
    await bar.getByRole("button", { name: "Change model" }).click();
    await bar.locator(".model-form summary").click();
    await page.getByRole("textbox", { name: "Hub endpoint" }).fill(quants.endpoint);
    const stored = page.getByRole("list", { name: "Stored models" }).getByRole("listitem");
    const example = page.locator(".example").first();
    await page.getByRole("radio", { name: "Tokens" }).check();
    for (const [at, file] of ["a.gguf", "b.gguf", "a.gguf"].entries()) {
      quants.asked.length = 0;
      await choose(page, `${quants.id}:${file}`, "");
      await confirm(page);
      await expect(bar.locator(".model-name")).toContainText(`${quants.id}:${file}`);
      await expect(example).toContainText(file === "b.gguf" ? "[user]" : "<|start|>user");
      await expect(stored).toHaveCount(Math.min(at + 1, 2));
      expect(quants.asked.filter(({ path }) => path === "api")).toHaveLength(1);
    }
  } finally {
    await quants.stop();
  }
});

test("the command asks a hub once for its list of files, also where it trains", async () => {
  process.env["ATELIER_TEST_TOKEN"] = token;
  hub.asked.length = 0;
  const model = ["--model", hub.id, "--endpoint", hub.endpoint, "--token-env", "ATELIER_TEST_TOKEN"];
  const run = ["--data", `${fixtures}data/invented-facts.jsonl`, "--steps", "1", "--seq", "256", "--ep", "wasm"];
  const { status, stderr } = await headlessBeside("train", ...model, ...run);
  expect(status, stderr).toBe(0);
  expect(hub.asked.filter(({ path }) => path === "api")).toHaveLength(1);
});

test("the command takes an id, an endpoint and a token from the environment", async () => {
  process.env["ATELIER_TEST_TOKEN"] = token;
  const run = (...more: string[]) => headlessBeside("logits", "--ids", "1,2", "--ep", "wasm", "--model", ...more);
  const { status, json } = await run(hub.id, "--endpoint", hub.endpoint, "--token-env", "ATELIER_TEST_TOKEN");
  expect([status, (json["logits"] as number[]).length]).toEqual([0, 264]);
  expect((await run(hub.id, "--endpoint", hub.endpoint)).json["error"]).toMatchObject({ code: "hub/gated" });
  expect((await run("nobody", "--endpoint", hub.endpoint)).json["error"]).toMatchObject({ code: "cli/no-such-file" });
  expect((await run(hub.id, "--token-env", "NOT_SET_ANYWHERE")).json["error"]).toMatchObject({ code: "cli/usage" });
});
