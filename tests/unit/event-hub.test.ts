import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { StepReport } from "../../src/checkpoint/run-record.ts";
import type { EngineEvent } from "../../src/protocol/events.ts";
import { EventHub } from "../../src/session/event-hub.ts";

const report = (step: number): StepReport => ({ step, loss: 1, learningRate: 0, gradNorm: 0, tokens: 1, ms: 1 });

describe("events", () => {
  let hub: EventHub;
  let seen: EngineEvent[];

  beforeEach(() => {
    vi.useFakeTimers();
    hub = new EventHub();
    seen = [];
    hub.listen((event) => seen.push(event));
  });
  afterEach(() => vi.useRealTimers());

  const steps = (): number[][] => seen.flatMap((event) => (event.kind === "steps" ? [event.steps.map(({ step }) => step)] : []));

  it("send a thousand steps a second as ten messages, with every step once and in order", () => {
    for (let step = 0; step < 1000; step++) {
      hub.step("a", report(step));
      vi.advanceTimersByTime(1);
    }
    vi.runAllTimers();
    expect(seen.length).toBeLessThanOrEqual(11);
    expect(steps().flat()).toEqual(Array.from({ length: 1000 }, (_, step) => step));
  });

  it("send what waited before other news of the run", () => {
    for (let step = 0; step < 3; step++) hub.step("a", report(step));
    hub.send({ kind: "phase", runId: "a", phase: "finished" });
    expect(seen.map(({ kind }) => kind)).toEqual(["steps", "steps", "phase"]);
    expect(steps()).toEqual([[0], [1, 2]]);
    vi.runAllTimers();
    expect(seen).toHaveLength(3);
  });

  it("send a step at once that comes after a pause, since nothing is sent while the next is computed", () => {
    for (let step = 0; step < 3; step++) {
      hub.step("a", report(step));
      expect(steps()).toHaveLength(step + 1);
      vi.advanceTimersByTime(150);
    }
  });

  it("number each run by itself, from 1 without gaps", () => {
    for (let count = 0; count < 3; count++) {
      hub.send({ kind: "checkpoint", runId: "a", step: count, bytes: 1 });
      hub.step("b", report(count));
      vi.runAllTimers();
    }
    for (const run of ["a", "b"]) expect(seen.filter(({ runId }) => runId === run).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it("go to the last listener only", () => {
    const others: EngineEvent[] = [];
    hub.listen((event) => others.push(event));
    hub.send({ kind: "phase", runId: "a", phase: "running" });
    expect([seen.length, others.length]).toEqual([0, 1]);
  });
});
