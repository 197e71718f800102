// Asks and answers. The engine writes one answer at a time, so "both" asks twice, with one prompt and one seed.
import { toErrorRecord } from "../base/errors.ts";
import { engine } from "../client/engine-client.ts";
import { makesModel } from "../config/new-model.ts";
import { words, type Text } from "../words/message.ts";
import { announce } from "./announcements.ts";
import { promptMessages, sourcesOf, useChat, type ChatMode, type ChatSource, type Turn } from "./chat-store.ts";
import { useModel } from "./model-store.ts";
import { goTo } from "./page-settings.ts";
import { useRuns, type RunsState } from "./runs-store.ts";
import type { RunView } from "./run-view.ts";
import { readSampling, useSampling } from "./sampling-form.ts";
import type { Prompt, Sampling } from "./view-types.ts";

let nextId = 1;
let stopped = false;

/** The run that "tuned" means now. */
export function tunedRun({ views, order, selectedId }: TunedFrom, runId: string | null): RunView | undefined {
  const id = [runId, selectedId, order[0]].find((candidate) => candidate && views[candidate]);
  return id ? views[id] : undefined;
}

type TunedFrom = Pick<RunsState, "views" | "order" | "selectedId">;

/** Who answers now. */
export function modeNow(mode: ChatMode | null, hasRun: boolean): ChatMode {
  if (!hasRun) return "base";
  return mode ?? "both";
}

/** A model that was trained from scratch on texts has seen no chat. */
export function continuesNow(continues: boolean | null, run: RunView | undefined, hasTemplate: boolean): boolean {
  return continues ?? (run !== undefined && makesModel(run.record.config.method) && !hasTemplate);
}

export async function ask(question: string): Promise<void> {
  const { mode, runId, panes, system, remember, answering, continues } = useChat.getState();
  const run = tunedRun(useRuns.getState(), runId);
  if (question.trim() === "" || answering) return;
  const { sampling } = readSampling(useSampling.getState());
  const sources = sourcesOf[modeNow(mode, run !== undefined)];
  const isText = continuesNow(continues, run, useModel.getState().model?.hasChatTemplate ?? false);
  const prompts = sources.map((source): Prompt =>
    isText ? { kind: "text", text: question } : { kind: "chat", messages: promptMessages(panes[source], system, remember, question) },
  );
  const answers = sources.map((source) => begin(source, question, source === "tuned" ? run?.record.name : words("state/base-model")));
  stopped = false;
  for (const [at, source] of sources.entries()) {
    const [prompt, id] = [prompts[at], answers[at] ?? 0];
    if (stopped || !prompt) change(source, id, { state: "stopped" });
    else await answer(source, id, prompt, sampling, source === "tuned" ? (run?.record.id ?? null) : null);
  }
  useChat.setState({ answering: null });
}

function begin(source: ChatSource, question: string, author: Text | undefined): number {
  const asked: Turn = { id: nextId++, role: "user", content: question, state: "done" };
  const answering: Turn = { id: nextId++, role: "assistant", content: "", state: "waiting", ...(author ? { author } : {}) };
  useChat.setState(({ panes }) => ({ panes: { ...panes, [source]: [...panes[source], asked, answering] } }));
  return answering.id;
}

async function answer(source: ChatSource, id: number, prompt: Prompt, sampling: Sampling, runId: string | null): Promise<void> {
  useChat.setState({ answering: source });
  let text = "";
  let ended = false;
  try {
    const result = await engine.generate({ prompt, runId, sampling }, (delta) => {
      text += delta;
      if (!ended) change(source, id, { content: text, state: "writing" });
    });
    ended = true;
    change(source, id, {
      content: result.text,
      state: result.stopReason === "stopped" ? "stopped" : "done",
      cut: result.stopReason === "length",
      tokensPerSecond: result.tokensPerSecond,
      ...(result.notes ? { notes: result.notes } : {}),
    });
    announce(words(`state/${source}-answered`, { answer: result.text }));
  } catch (error) {
    ended = true;
    change(source, id, { state: "failed", error: toErrorRecord(error) });
  }
}

function change(source: ChatSource, id: number, news: Partial<Turn>): void {
  useChat.setState(({ panes }) => ({
    panes: { ...panes, [source]: panes[source].map((turn) => (turn.id === id ? { ...turn, ...news } : turn)) },
  }));
}

export async function stopAnswer(): Promise<void> {
  stopped = true;
  await engine.stopGeneration();
}

export function clearChat(): void {
  useChat.setState({ panes: { base: [], tuned: [] } });
}

export function setMode(mode: ChatMode): void {
  useChat.setState({ mode });
}

export function chooseRun(runId: string): void {
  useChat.setState({ runId });
}

export function setSystem(system: string): void {
  useChat.setState({ system });
}

export function setContinues(continues: boolean): void {
  useChat.setState({ continues });
}

export function setRemember(remember: boolean): void {
  useChat.setState({ remember });
}

/** Opens the chat with base and this run side by side. */
export function chatWith(runId: string): void {
  useChat.setState({ runId, mode: "both" });
  goTo("chat");
}
