// Claim: the page's view of a run follows the worker's events, and a replay changes nothing.
import { describe, expect, it } from "vitest";
import { AtelierError, toErrorRecord } from "../../src/base/errors.ts";
import type { EngineEvent } from "../../src/protocol/events.ts";
import { applyEvent, canResume, viewOf, withHistory, type RunView } from "../../src/state/run-view.ts";
import type { RunRecord, StepReport } from "../../src/state/view-types.ts";
import { sampleRun } from "../support/runs.ts";

const record: RunRecord = { ...sampleRun("a").record, phase: "running", stepsDone: 0, checkpointStep: 0, lastLoss: null };

const step = (at: number, loss = 10 - at): StepReport => ({ step: at, loss, learningRate: 0.1, gradNorm: 1, tokens: 8, ms: 100 });
const error = toErrorRecord(new AtelierError("storage/failed"));

function after(events: readonly EngineEvent[], from: RunView = viewOf(record, true)): RunView {
  return events.reduce(applyEvent, from);
}

describe("applyEvent", () => {
  const started: readonly EngineEvent[] = [
    { kind: "phase", runId: "a", seq: 1, phase: "running" },
    { kind: "validation", runId: "a", seq: 2, report: { step: 0, loss: 11 } },
    { kind: "steps", runId: "a", seq: 3, steps: [step(0), step(1)] },
    { kind: "checkpoint", runId: "a", seq: 4, step: 2, bytes: 100 },
    { kind: "steps", runId: "a", seq: 5, steps: [step(2), step(3)] },
  ];

  it("collects steps, validations and checkpoints", () => {
    const view = after(started);
    expect(view.steps.map(({ step: at }) => at)).toEqual([0, 1, 2, 3]);
    expect(view.validations).toEqual([{ step: 0, loss: 11 }]);
    expect(view.record).toMatchObject({ stepsDone: 4, lastLoss: 7, lastValidationLoss: 11, checkpointStep: 2 });
  });

  it("ignores a replay, whole or in part, and events of other runs", () => {
    const view = after(started);
    expect(after(started, view)).toBe(view);
    expect(applyEvent(view, { kind: "steps", runId: "b", seq: 9, steps: [step(4)] })).toBe(view);
  });

  it("goes back to the checkpoint when a run starts again", () => {
    const failed = after([...started, { kind: "phase", runId: "a", seq: 6, phase: "failed", error }]);
    expect(failed.record.error).toEqual(error);
    expect(failed.steps).toHaveLength(4);
    expect(canResume(failed)).toBe(true);
    const resumed = after([{ kind: "phase", runId: "a", seq: 7, phase: "running" }], failed);
    expect(resumed.record).not.toHaveProperty("error");
    expect(resumed.record.stepsDone).toBe(2);
    expect(resumed.steps.map(({ step: at }) => at)).toEqual([0, 1]);
  });

  it("takes a step that is measured again in place of the old one", () => {
    const view = after([{ kind: "steps", runId: "a", seq: 6, steps: [step(2, 1), step(3, 0.5)] }], after(started));
    expect(view.steps.map(({ loss }) => loss)).toEqual([10, 9, 1, 0.5]);
  });

  it("counts from one again after the worker was started anew", () => {
    const view = { ...after(started), lastSeq: 0 };
    expect(applyEvent(view, { kind: "phase", runId: "a", seq: 1, phase: "paused" }).record.phase).toBe("paused");
  });
});

describe("a checkpoint that could not be stored", () => {
  it("is said until one is stored", () => {
    const full = after([{ kind: "unsaved", runId: "a", seq: 1, step: 2, error }]);
    expect(full.record).toMatchObject({ checkpointStep: 2, unsaved: error });
    const stored = after([{ kind: "checkpoint", runId: "a", seq: 2, step: 4, bytes: 1 }], full);
    expect(stored.record.checkpointStep).toBe(4);
    expect(stored.record).not.toHaveProperty("unsaved");
  });
});

describe("withHistory", () => {
  it("puts stored steps before those that came by events", () => {
    const live = after([{ kind: "steps", runId: "a", seq: 1, steps: [step(2, 1)] }], viewOf(record, false));
    const view = withHistory(live, { steps: [step(0), step(1), step(2)], validations: [{ step: 0, loss: 5 }] });
    expect(view.steps.map(({ loss }) => loss)).toEqual([10, 9, 1]);
    expect(view.validations).toEqual([{ step: 0, loss: 5 }]);
    expect(view.historyKnown).toBe(true);
  });
});

describe("canResume", () => {
  it("offers it for what did not end, not for what the user ended", () => {
    const offered = (["running", "paused", "interrupted", "finished", "stopped", "failed"] as const).filter((phase) =>
      canResume(viewOf({ ...record, phase }, true)),
    );
    expect(offered).toEqual(["paused", "interrupted", "failed"]);
  });

  it("is not offered for what this version cannot read", () => {
    expect(canResume(viewOf({ ...record, phase: "failed", isUnreadable: true }, true))).toBe(false);
  });

  it("is offered where the last step was done but not kept", () => {
    const { steps } = record.config.stopping;
    const lost = { ...record, phase: "failed", stepsDone: steps, checkpointStep: steps - 1 } as const;
    expect(canResume(viewOf(lost, true))).toBe(true);
    expect(canResume(viewOf({ ...lost, checkpointStep: steps }, true))).toBe(false);
  });
});
