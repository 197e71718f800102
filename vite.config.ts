// One configuration for the app, its workers and the tests. The pages are cross-origin isolated everywhere, because
// WASM only runs on several threads there.
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { playwright } from "@vitest/browser-playwright";
import { defaultClientConditions, type Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { chromiumFlags, findChromium } from "./src/cli/chromium.mjs";

const isolation = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };

/** Names of built files change with what is in them. The browser keeps what it compiled of the engine as long as the file itself. */
const keptForGood: Plugin = {
  name: "kept-for-good",
  configurePreviewServer: ({ middlewares }) => {
    middlewares.use((request, response, next) => {
      if (request.url?.startsWith("/assets/")) response.setHeader("Cache-Control", "public, max-age=31536000, immutable");
      next();
    });
  },
};

/** Real pretrained weights beside the checkout, for one parity test; it is skipped where there are none. */
const shared = fileURLToPath(new URL("../shared/models", import.meta.url));
const pretrained = existsSync(shared) ? shared : "";

const executablePath = findChromium();

/** A fresh object per project: vitest writes the project's name into it. */
const inBrowser = () => ({
  enabled: true,
  headless: true,
  screenshotFailures: false,
  provider: playwright({ launchOptions: { args: chromiumFlags, ...(executablePath ? { executablePath } : {}) } }),
  instances: [{ browser: "chromium" as const }],
});

export default defineConfig({
  base: "./",
  plugins: [react(), keptForGood],
  resolve: {
    // ONNX Runtime's JavaScript without a copy of the module that starts its WASM: that one is loaded beside it, by threads alone.
    conditions: ["onnxruntime-web-use-extern-wasm", ...defaultClientConditions],
    alias: {
      // The package's own browser build; its Node build would pull in native modules.
      "@xenova/transformers": fileURLToPath(new URL("node_modules/@xenova/transformers/dist/transformers.web.js", import.meta.url)),
    },
  },
  server: { headers: isolation },
  preview: { headers: isolation },
  worker: { format: "es" },
  build: { target: "es2022", chunkSizeWarningLimit: 1200 },
  optimizeDeps: {
    exclude: ["onnxruntime-web"],
    include: [
      "onnx-proto",
      "react",
      "react-dom/client",
      "react/jsx-dev-runtime",
      "zustand",
      "comlink",
      "idb-keyval",
      "@huggingface/jinja",
      "@xenova/transformers",
      "recharts",
      "intl-messageformat",
    ],
  },
  test: {
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          environment: "node",
          include: ["tests/unit/**/*.test.ts", "tests/architecture.test.ts"],
          // By default one core is left free.
          maxWorkers: "100%",
          // A machine may be at work on something else.
          testTimeout: 60_000,
        },
      },
      {
        extends: true,
        test: {
          name: "soak",
          environment: "node",
          env: { ATELIER_SOAK: "1" },
          include: ["tests/unit/{additive-methods,containers,lora-dropout,lora-kin,planning-engine,selective-methods}.test.ts"],
        },
      },
      {
        extends: true,
        server: { fs: { allow: [".", ...(pretrained ? [pretrained] : [])] } },
        test: {
          name: "parity",
          provide: { pretrained },
          include: ["tests/parity/**/*.test.ts"],
          browser: inBrowser(),
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        extends: true,
        test: {
          name: "browser",
          include: ["tests/browser/**/*.test.{ts,tsx}"],
          browser: inBrowser(),
          testTimeout: 180_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
