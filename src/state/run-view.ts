// What the page knows of a run, and the one function that changes it. The truth is in the worker; this is a projection, and
// a replayed event leaves it as it is.
import { isImported as hasNoSteps } from "../config/trained-on.ts";
import type { EngineEvent } from "../protocol/events.ts";
import type { RunHistory, RunPhase, RunRecord, StepReport, ValidationReport } from "./view-types.ts";

export interface RunView {
  readonly record: RunRecord;
  readonly steps: readonly StepReport[];
  readonly validations: readonly ValidationReport[];
  /** Number of the last event that was applied; 0 after the worker was started anew. */
  readonly lastSeq: number;
  /** False until the stored history was read; runs that started on this page need none. */
  readonly historyKnown: boolean;
}

export function viewOf(record: RunRecord, historyKnown: boolean): RunView {
  return { record, steps: [], validations: [], lastSeq: 0, historyKnown };
}

export function applyEvent(view: RunView, event: EngineEvent): RunView {
  if (event.runId !== view.record.id || event.seq <= view.lastSeq) return view;
  return { ...changed(view, event), lastSeq: event.seq };
}

function changed(view: RunView, event: EngineEvent): RunView {
  const { record } = view;
  switch (event.kind) {
    case "phase": {
      const { error: _old, ...rest } = record;
      const next = { ...rest, phase: event.phase, ...(event.error ? { error: event.error } : {}) };
      return event.phase === "running" ? rewound({ ...view, record: next }) : { ...view, record: next };
    }
    case "steps":
      return withSteps(view, event.steps);
    case "validation":
      return {
        ...view,
        record: { ...record, lastValidationLoss: event.report.loss },
        validations: [...view.validations.filter(({ step }) => step < event.report.step), event.report],
      };
    case "checkpoint": {
      const { unsaved: _stored, ...rest } = record;
      return { ...view, record: { ...rest, checkpointStep: event.step } };
    }
    case "unsaved":
      return { ...view, record: { ...record, checkpointStep: event.step, unsaved: event.error } };
    default:
      return event satisfies never;
  }
}

/** A run that starts again goes on from its checkpoint; what was measured after it is measured again. */
function rewound(view: RunView): RunView {
  const from = view.record.checkpointStep ?? 0;
  return {
    ...view,
    record: { ...view.record, stepsDone: from },
    steps: view.steps.filter(({ step }) => step < from),
    validations: view.validations.filter(({ step }) => step <= from),
  };
}

function withSteps(view: RunView, steps: readonly StepReport[]): RunView {
  const [first, last] = [steps[0], steps.at(-1)];
  if (!first || !last) return view;
  const kept = (view.steps.at(-1)?.step ?? -1) < first.step ? view.steps : view.steps.filter(({ step }) => step < first.step);
  return { ...view, record: { ...view.record, stepsDone: last.step + 1, lastLoss: last.loss }, steps: [...kept, ...steps] };
}

/** What is stored ends at a checkpoint; what came by events since then is newer and wins. */
export function withHistory(view: RunView, history: RunHistory): RunView {
  const from = view.steps[0]?.step ?? Infinity;
  const fromValidation = view.validations[0]?.step ?? Infinity;
  return {
    ...view,
    historyKnown: true,
    steps: [...history.steps.filter(({ step }) => step < from), ...view.steps],
    validations: [...history.validations.filter(({ step }) => step < fromValidation), ...view.validations],
  };
}

const resumable: Readonly<Record<RunPhase, boolean>> = {
  running: false,
  paused: true,
  interrupted: true,
  failed: true,
  stopped: false,
  finished: false,
};

/**
 * Stopped is the user's word for "this is enough"; the other ends can go on, also where the last step was done and not kept. What cannot
 * be read cannot go on.
 */
export function canResume({ record }: RunView): boolean {
  return (
    resumable[record.phase] &&
    !record.isUnreadable &&
    record.checkpointStep !== null &&
    record.checkpointStep < record.config.stopping.steps
  );
}

/** An adapter that came as files has no steps to show. */
export function isImported({ record }: Pick<RunView, "record">): boolean {
  return hasNoSteps(record);
}
