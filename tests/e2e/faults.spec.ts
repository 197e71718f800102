// What a machine does to a run while the user looks on: the GPU goes away, the disk is full. The page says it, keeps what was
// learned, and goes on without a reload.
import { expect, test, type Page } from "@playwright/test";
import { fixtures } from "../support/headless.ts";
import { dropPaths, expectEngine, goTo, openStudio, storedRuns, train } from "../support/studio.ts";

const quick = { "Learning rate": "0.02", "Warmup steps": "0", "Batch size": "1", "LoRA rank": "4", "Validation share": "0" };

/** Puts code in front of the engine worker; the page speaks to it over a channel. */
async function injectIntoEngine(page: Page, code: string): Promise<void> {
  await page.route("**/engine.worker-*.js", async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `{const faults = new BroadcastChannel("faults");${code}}\n${await response.text()}` });
  });
}

function send(page: Page, message: "full" | "room" | "lose"): Promise<void> {
  return page.evaluate(`new BroadcastChannel("faults").postMessage("${message}")`);
}

test("storage that is full at the end offers the adapter, and stores it once there is room", async ({ page }) => {
  await injectIntoEngine(
    page,
    `let isFull = false;
    faults.onmessage = ({ data }) => (isFull = data === "full");
    const put = IDBObjectStore.prototype.put;
    IDBObjectStore.prototype.put = function (value, key) {
      if (isFull && String(key).startsWith("checkpoint/")) throw new DOMException("no room", "QuotaExceededError");
      return put.call(this, value, key);
    };`,
  );
  await openStudio(page, "wasm");
  await dropPaths(page, `${fixtures}data/invented-facts.jsonl`);
  await train(page, { ...quick, Steps: "20" });
  await expect(page.getByTestId("run-step")).toContainText(/Step [1-9]/);
  await send(page, "full");
  await expect(page.getByTestId("run-phase")).toHaveText("Finished");
  const notice = page.locator('[role=alert][data-code="storage/full"]');
  await expect(notice).toContainText("step 20 is kept in this tab");
  const download = page.waitForEvent("download");
  await notice.getByRole("button", { name: "Download adapter" }).click();
  expect((await download).suggestedFilename()).toBe("adapter_config.json");
  await notice.getByRole("button", { name: "Store again" }).click();
  await expect(notice).toBeVisible();
  await send(page, "room");
  await notice.getByRole("button", { name: "Store again" }).click();
  await expect(notice).toBeHidden();
  await page.reload();
  await goTo(page, "Train");
  await expect(storedRuns(page)).toContainText("20 of 20 steps");
});

test("a GPU that goes away ends the run at its checkpoint; the model comes back by itself and the run goes on", async ({ page }) => {
  await page.goto("/samples/README.md");
  const hasAdapter = await page.evaluate(async () => (await navigator.gpu?.requestAdapter()) != null);
  if (!hasAdapter) console.log("SKIPPED e2e of a lost GPU: this browser finds no adapter");
  test.skip(!hasAdapter, "no WebGPU adapter");
  await injectIntoEngine(
    page,
    `let device;
    faults.onmessage = () => device?.destroy();
    const request = GPUAdapter.prototype.requestDevice;
    GPUAdapter.prototype.requestDevice = async function (descriptor) {
      return (device = await request.call(this, descriptor));
    };`,
  );
  await openStudio(page, "webgpu");
  await dropPaths(page, `${fixtures}data/invented-facts.jsonl`);
  await train(page, { ...quick, Steps: "3" });
  await expect(page.getByTestId("run-step")).toContainText("Step 1", { timeout: 120_000 });
  await send(page, "lose");
  const alert = page.getByRole("main").locator('[role=alert][data-code="engine/device-lost"]');
  await expect(alert).toContainText("The browser took the GPU away");
  await expectEngine(page, "webgpu");
  await alert.getByRole("button", { name: "Resume from checkpoint" }).click();
  await expect(storedRuns(page)).toContainText("Finished", { timeout: 200_000 });
  await expect(storedRuns(page)).toContainText("3 of 3 steps");
});
