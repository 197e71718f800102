// Every step can be used by keyboard, screen reader and on a narrow screen: axe finds nothing, and nothing runs off the side.
import { expect, test } from "@playwright/test";
import { expectAccessible } from "../support/accessible.ts";
import { fixtures } from "../support/headless.ts";
import { dropPaths, goTo, openStudio } from "../support/studio.ts";

for (const [colorScheme, width] of [
  ["light", 1440],
  ["dark", 360],
] as const) {
  test(`${colorScheme}, ${width} px wide`, async ({ browser, baseURL }) => {
    const context = await browser.newContext({ colorScheme, viewport: { width, height: 800 }, ...(baseURL ? { baseURL } : {}) });
    const page = await context.newPage();
    await openStudio(page, "wasm");
    await expectAccessible(page, "Data without a file");
    await dropPaths(page, `${fixtures}data/invented-facts.jsonl`);
    await expect(page.getByText("12 of 12 lines are valid").first()).toBeVisible();
    await expectAccessible(page, "Data");
    for (const step of ["Train", "Chat"] as const) {
      await goTo(page, step);
      await expectAccessible(page, step);
    }
    await page.getByRole("button", { name: "Change model" }).click();
    await page.locator(".model-form summary").click();
    await expectAccessible(page, "Models");
    await context.close();
  });
}

test("the path from data to training works by keyboard alone", async ({ page }) => {
  await openStudio(page, "wasm");
  const press = async (name: RegExp): Promise<void> => {
    for (let presses = 0; presses < 40; presses++) {
      await page.keyboard.press("Tab");
      const label = await page.evaluate(() => {
        const { activeElement: focused } = document;
        return focused === document.body ? "" : (focused?.getAttribute("aria-label") ?? focused?.textContent ?? "");
      });
      if (name.test(label)) return page.keyboard.press("Enter");
    }
    throw new Error(`Tab does not reach ${name}`);
  };
  await press(/Lunar base/);
  await expect(page.getByText(/^(\d+) of \1 lines are valid/).first()).toBeVisible();
  // The sample brings a file that measures, so all of it is learned.
  await expect(page.getByTestId("validation")).toContainText("from lunar-base.validation.jsonl. All of lunar-base.jsonl is learned.");
  await press(/Continue to training/);
  await expect(page.getByRole("button", { name: "Train", exact: true })).toBeVisible();
});
