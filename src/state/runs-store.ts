// All runs that this browser holds, newest first, and which one is looked at.
import { create } from "zustand";
import type { Words } from "../words/message.ts";
import { canResume, type RunView } from "./run-view.ts";
import type { ErrorRecord } from "./view-types.ts";

export interface RunsState {
  readonly views: Readonly<Record<string, RunView>>;
  /** Ids, newest first. */
  readonly order: readonly string[];
  readonly selectedId: string | null;
  /** The run that trains on this page. */
  readonly activeId: string | null;
  /** What is being done before the first step. */
  readonly starting: Starting | null;
  /** Pause or stop was asked for and takes effect after the step under way. */
  readonly ending: "pause" | "stop" | null;
  readonly error: ErrorRecord | null;
  /** The run whose reminder to resume was put away. */
  readonly dismissedId: string | null;
}

export interface Starting {
  readonly what: Words;
  /** 0 … 1; null where nothing is told of it. */
  readonly fraction: number | null;
  /** It was cancelled, and is about to end. */
  readonly isCancelled?: true;
}

export const useRuns = create<RunsState>(() => ({
  views: {},
  order: [],
  selectedId: null,
  activeId: null,
  starting: null,
  ending: null,
  error: null,
  dismissedId: null,
}));

export function selectedRun({ views, selectedId }: RunsState): RunView | undefined {
  return selectedId === null ? undefined : views[selectedId];
}

export function activeRun({ views, activeId }: RunsState): RunView | undefined {
  return activeId === null ? undefined : views[activeId];
}

/** The newest run that did not come to its end, while nothing trains. */
export function unfinishedRun({ views, order, activeId, starting, dismissedId }: RunsState): RunView | undefined {
  if (activeId !== null || starting) return undefined;
  const id = order.find((candidate) => {
    const view = views[candidate];
    return view && canResume(view);
  });
  return id === undefined || id === dismissedId ? undefined : views[id];
}
