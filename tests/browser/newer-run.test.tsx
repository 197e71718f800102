// A run that a later version of the app stored is listed with what it is, offers nothing that cannot be done with it, and can be deleted.
import { act } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, expect, it } from "vitest";
import { formatVersion } from "../../src/checkpoint/run-record.ts";
import { createRun } from "../../src/checkpoint/run-store.ts";
import { readValue, writeValues } from "../../src/storage/key-value.ts";
import { setLanguage } from "../../src/state/language.ts";
import { viewOf } from "../../src/state/run-view.ts";
import { RunPanel } from "../../src/ui/train/run-panel.tsx";
import { failureOf } from "../support/errors.ts";
import { sampleRun } from "../support/runs.ts";
import { Driver } from "../support/session.ts";
import { the } from "../support/the.ts";

const newer = formatVersion + 1;

const { record, data, checkpoint, history } = sampleRun("newer");

async function storeNewer(): Promise<void> {
  await createRun(record, data, checkpoint, history);
  const config = { ...record.config, method: { kind: "of the future" } };
  await writeValues({ "run/newer": { ...record, version: newer, config }, "checkpoint/newer": { ...checkpoint, version: newer } });
}

const recordOf = async ({ session }: Driver) => (await session.listRuns()).find(({ id }) => id === "newer");

afterEach(() => localStorage.clear());

it("is refused whatever is asked of it, and goes when it is deleted", async () => {
  await storeNewer();
  const driver = await Driver.load();
  const { session } = driver;
  expect(await recordOf(driver)).toMatchObject({ phase: "failed", isUnreadable: true, error: { key: "checkpoint/newer" } });
  const asked = [
    () => session.resumeRun("newer"),
    () => session.exportState("newer"),
    () => session.exportAdapter("newer"),
    () => session.adapterCard("newer"),
    () => session.stopRun("newer"),
    () => session.logits([1, 2], "newer"),
  ];
  for (const ask of asked) expect((await failureOf(ask)).code).toBe("checkpoint/newer");
  expect(await readValue("run/newer")).toMatchObject({ version: newer, config: { method: { kind: "of the future" } } });
  await session.deleteRun("newer");
  expect(await recordOf(driver)).toBeUndefined();
  expect(await readValue("checkpoint/newer")).toBeUndefined();
});

it("shows on the page why, and that it can be deleted, and no number that is not known", async () => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  await storeNewer();
  const driver = new Driver();
  const listed = the(await recordOf(driver));
  await setLanguage("en");
  document.body.innerHTML = "<div></div>";
  const root = createRoot(the(document.querySelector("div")));
  await act(async () => root.render(<RunPanel view={viewOf(listed, true)} />));
  const text = document.body.textContent;
  expect(text).toContain(`This run was written by a newer version of Atelier (format ${newer}; this one reads ${formatVersion}).`);
  expect(text).toContain("Reload the page to get the newest version.");
  expect(document.querySelector("[data-testid=run-step]")).toBeNull();
  const buttons = [...document.querySelectorAll("button")].map(({ textContent }) => textContent);
  expect(buttons).toContain("Delete");
  for (const other of ["Resume from checkpoint", "Resume", "Chat with this run"]) expect(buttons).not.toContain(other);
  await act(async () => root.unmount());
  await driver.session.deleteRun("newer");
});
