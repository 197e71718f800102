// News from the engine into the store. News of a run that the page does not know yet waits until the run is listed: a run's
// first events are sent before the call that started it returns.
import { engine } from "../client/engine-client.ts";
import type { EngineEvent } from "../protocol/events.ts";
import { words } from "../words/message.ts";
import { announce } from "./announcements.ts";
import { applyEvent, viewOf, type RunView } from "./run-view.ts";
import { useRuns } from "./runs-store.ts";
import type { RunRecord } from "./view-types.ts";

const waiting = new Map<string, EngineEvent[]>();

export function receiveEvent(event: EngineEvent): void {
  const { views } = useRuns.getState();
  const view = views[event.runId];
  if (!view) {
    waiting.set(event.runId, [...(waiting.get(event.runId) ?? []), event]);
    return;
  }
  putView(applyEvent(view, event));
  if (event.kind === "phase") followPhase(view.record, event.phase);
  if (event.kind === "unsaved" && !view.record.unsaved) announce(words("state/not-stored", { name: view.record.name }));
}

export function putView(view: RunView): void {
  useRuns.setState(({ views }) => ({ views: { ...views, [view.record.id]: view } }));
}

function followPhase({ id: runId, name }: RunRecord, phase: RunRecord["phase"]): void {
  if (phase === "running") useRuns.setState({ activeId: runId, ending: null });
  else useRuns.setState(({ activeId }) => (activeId === runId ? { activeId: null, ending: null } : {}));
  announce(words(`state/run-${phase}`, { name }));
}

/** Reads the list anew; what is known of the curves stays. New runs have no history yet unless they began here. */
export async function refreshRuns(beganHere?: string): Promise<void> {
  const records = await engine.listRuns();
  useRuns.setState(({ views, activeId }) => ({
    order: records.map(({ id }) => id),
    views: Object.fromEntries(
      records.map((record) => {
        const view = views[record.id];
        if (!view) return [record.id, viewOf(record, record.id === beganHere)];
        // The stored record of the run at work is older than what its events told.
        return [record.id, record.id === activeId ? view : { ...view, record }];
      }),
    ),
  }));
  for (const { id } of records) {
    const events = waiting.get(id) ?? [];
    waiting.delete(id);
    for (const event of events) receiveEvent(event);
  }
}

/** The worker died: its events will be numbered from one again, and the run at work stands at its last checkpoint. */
export function forgetWorker(): void {
  waiting.clear();
  useRuns.setState(({ views, activeId }) => ({
    activeId: null,
    ending: null,
    starting: null,
    views: Object.fromEntries(
      Object.entries(views).map(([id, view]): [string, RunView] => [
        id,
        { ...view, lastSeq: 0, record: id === activeId ? { ...view.record, phase: "interrupted" } : view.record },
      ]),
    ),
  }));
}
