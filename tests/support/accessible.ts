// What every state of the page has to be: found without fault by axe, and no wider than the screen.
import { fileURLToPath } from "node:url";
import { expect, type Page } from "@playwright/test";
import type { AxeResults } from "axe-core";

const axe = fileURLToPath(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url));

export async function expectAccessible(page: Page, where: string): Promise<void> {
  await page.addScriptTag({ path: axe });
  const { violations } = await page.evaluate(() => (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run());
  expect(violations.map(({ id, nodes }) => `${where}: ${id} ${nodes.map(({ html }) => html).join(" ")}`)).toEqual([]);
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(overflow, `${where} is wider than the screen`).toBeLessThanOrEqual(0);
}
