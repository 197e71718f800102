// Step 3: one prompt to the base model, the tuned one, or both side by side.
import { chooseRun, clearChat, modeNow, setMode, tunedRun } from "../../state/chat-actions.ts";
import { sourcesOf, useChat, type ChatMode } from "../../state/chat-store.ts";
import { useSpeaker } from "../../state/language.ts";
import { useRuns } from "../../state/runs-store.ts";
import { Segmented } from "../parts/segmented.tsx";
import { ItsModel } from "../train/its-model.tsx";
import { RunError } from "../train/run-error.tsx";
import { ChatPane } from "./chat-pane.tsx";
import { Composer } from "./composer.tsx";
import { SamplingPanel } from "./sampling-panel.tsx";

function useMode(): ChatMode {
  const mode = useChat((state) => state.mode);
  return modeNow(
    mode,
    useRuns((state) => state.order.length > 0),
  );
}

export function ChatPage() {
  const mode = useMode();
  const { say } = useSpeaker();
  return (
    <div className="columns columns-chat">
      <div className="aside">
        <SamplingPanel />
      </div>
      <section className="chat" aria-labelledby="chat-title">
        <h2 id="chat-title" className="visually-hidden">
          {say("ui-chat/title")}
        </h2>
        <ChatBar />
        <RunError />
        <div className={`panes panes-${sourcesOf[mode].length}`}>
          {sourcesOf[mode].map((source) => (
            <ChatPane key={source} source={source} />
          ))}
        </div>
        <Composer />
      </section>
    </div>
  );
}

function ChatBar() {
  const { say } = useSpeaker();
  const mode = useMode();
  const isAnswering = useChat((state) => state.answering !== null);
  const isEmpty = useChat(({ panes }) => panes.base.length + panes.tuned.length === 0);
  const hasRun = useRuns((state) => state.order.length > 0);
  const noRun = hasRun ? undefined : say("ui-chat/no-run");
  return (
    <div className="chat-bar">
      <Segmented<ChatMode>
        legend={say("ui-chat/who")}
        hideLegend
        options={[
          { value: "base", label: say("ui-chat/base") },
          { value: "tuned", label: say("ui-chat/tuned"), disabledReason: noRun },
          { value: "both", label: say("ui-chat/both"), disabledReason: noRun },
        ]}
        value={mode}
        onChange={setMode}
      />
      {mode === "base" ? null : <RunChoice />}
      <button type="button" className="button button-quiet chat-clear" disabled={isAnswering || isEmpty} onClick={clearChat}>
        {say("ui-chat/clear")}
      </button>
    </div>
  );
}

function RunChoice() {
  const { say } = useSpeaker();
  const runId = useChat((state) => state.runId);
  const order = useRuns((state) => state.order);
  const views = useRuns((state) => state.views);
  const chosen = useRuns((state) => tunedRun(state, runId));
  return (
    <>
      <label className="run-choice">
        <span className="visually-hidden">{say("ui-chat/run")}</span>
        <select className="input" value={chosen?.record.id ?? ""} onChange={(event) => chooseRun(event.target.value)}>
          {order.map((id) => (
            <option key={id} value={id}>
              {views[id]?.record.name ?? id}
            </option>
          ))}
        </select>
      </label>
      {chosen ? <ItsModel view={chosen} /> : null}
    </>
  );
}
