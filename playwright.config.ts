// The journeys of a user, in Chromium, against the built site. One worker: training takes both cores.
import { defineConfig } from "@playwright/test";
import { chromiumFlags, findChromium } from "./src/cli/chromium.mjs";

/** Another one lets two checkouts be tested side by side. */
const port = Number(process.env["ATELIER_TEST_PORT"] ?? 4199);
/** No state is waited for by a clock of its own: on a busy machine every step takes longer, and the test's own limit is the only one. */
const limitMs = 600_000;
const executablePath = findChromium();

export default defineConfig({
  testDir: "tests/e2e",
  fullyParallel: false,
  workers: 1,
  timeout: limitMs,
  expect: { timeout: limitMs },
  // What is long is no part of the tests.
  projects: [
    { name: "journeys", grepInvert: /@soak/ },
    { name: "soak", grep: /@soak/ },
  ],
  reporter: [["list"], ["json", { outputFile: "test-results/e2e.json" }]],
  use: {
    baseURL: `http://localhost:${port}`,
    trace: "retain-on-failure",
    launchOptions: { args: chromiumFlags, ...(executablePath ? { executablePath } : {}) },
  },
  webServer: {
    command: "node src/cli/start.mjs",
    env: { PORT: String(port) },
    url: `http://localhost:${port}`,
    reuseExistingServer: false,
    timeout: limitMs,
  },
});
