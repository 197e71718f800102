// The page that the headless command opens in Chromium: the workers of the app, without its interface.
import { toErrorRecord } from "../../base/errors.ts";
import { engine } from "../../client/engine-client.ts";
import { outputPath, type HeadlessOutcome, type HeadlessRequest } from "../request.ts";
import { firstMinutePage } from "./first-minute-page.ts";
import { methodsPage } from "./methods-page.ts";
import { endQuality } from "./quality.ts";
import { runVerb } from "./verbs.ts";

globalThis.window.atelierFirstMinute = firstMinutePage;
globalThis.window.atelierMethods = methodsPage;
globalThis.window.atelierHeadless = {
  run: async (request: HeadlessRequest): Promise<HeadlessOutcome> => {
    try {
      const { files, ...outcome } = await runVerb(request);
      for (const { name, bytes } of files) await send(name, bytes);
      return outcome;
    } catch (error) {
      return { error: toErrorRecord(error) };
    }
  },
  pause: async () => {
    endQuality();
    await engine.cancelCheck();
    for (const { id, phase } of await engine.listRuns()) if (phase === "running") await engine.pauseRun(id);
  },
};

async function send(name: string, bytes: Uint8Array): Promise<void> {
  const response = await fetch(outputPath + encodeURIComponent(name), { method: "PUT", body: bytes as Uint8Array<ArrayBuffer> });
  if (!response.ok) throw new Error(`${name} could not be handed over: ${response.status}`);
}
