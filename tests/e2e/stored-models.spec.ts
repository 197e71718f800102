// A model of a hub that was loaded once opens without a network, tokenizer and all, and goes when it is deleted.
import { expect, test } from "@playwright/test";
import { fixtures } from "../support/headless.ts";
import { HubServer } from "../support/hub-server.ts";
import { dropPaths, openStudio } from "../support/studio.ts";
import { tinyModelFiles } from "../support/tiny-model.ts";

let hub: HubServer;

test.beforeAll(async () => {
  const files = await Promise.all(tinyModelFiles().map(async (file) => [file.name, new Uint8Array(await file.arrayBuffer())] as const));
  hub = await HubServer.start(Object.fromEntries(files));
});
test.afterAll(() => hub.stop());

test("the second load needs no network", async ({ page, context }) => {
  await openStudio(page, "wasm");
  const bar = page.getByRole("region", { name: "Model and engine" });
  await bar.getByRole("button", { name: "Change model" }).click();
  await bar.locator(".model-form summary").click();
  await page.getByRole("textbox", { name: "Hub endpoint" }).fill(hub.endpoint);
  await page.getByRole("textbox", { name: "Model id or address" }).fill(hub.id);
  await page.getByRole("button", { name: "Look at this model" }).click();
  await page.getByRole("button", { name: "Load", exact: true }).click();
  await expect(bar.locator(".model-name")).toContainText(hub.id);
  const stored = page.getByRole("list", { name: "Stored models" });
  await expect(stored.getByRole("listitem")).toContainText([hub.id]);

  await openStudio(page, "wasm");
  await context.setOffline(true);
  const asked = hub.asked.length;
  await bar.getByRole("button", { name: "Change model" }).click();
  await stored.getByRole("button", { name: `Load ${hub.id}` }).press("Enter");
  await expect(bar.locator(".model-name")).toContainText(hub.id);
  await dropPaths(page, `${fixtures}data/invented-facts.jsonl`);
  await expect(page.getByText("12 of 12 lines are valid").first()).toBeVisible();
  await expect(page.locator("[role=alert]")).toHaveCount(0);
  expect(hub.asked.length).toBe(asked);

  await stored.getByRole("button", { name: `Delete the copy of ${hub.id}` }).click();
  await stored.getByRole("button", { name: "Keep" }).press("Enter");
  await expect(stored.getByRole("listitem")).toHaveCount(1);
  await stored.getByRole("button", { name: `Delete the copy of ${hub.id}` }).click();
  await stored.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(stored).toHaveCount(0);
  await expect(page.getByText("A model that you load is stored")).toBeVisible();
});
