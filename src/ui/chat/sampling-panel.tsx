// How answers are sampled and what they are told beforehand.
import { continuesNow, setContinues, setRemember, setSystem, tunedRun } from "../../state/chat-actions.ts";
import { useChat } from "../../state/chat-store.ts";
import { useSpeaker } from "../../state/language.ts";
import { useModel } from "../../state/model-store.ts";
import { useRuns } from "../../state/runs-store.ts";
import { readSampling, samplingKnobs, samplingNames, setSampling, useSampling } from "../../state/sampling-form.ts";
import { Field } from "../parts/field.tsx";

export function SamplingPanel() {
  const form = useSampling();
  const { errors } = readSampling(form);
  const { say, text } = useSpeaker();
  return (
    <details className="card sampling" open={matchMedia("(min-width: 64rem)").matches}>
      <summary className="heading-medium">{say("ui-chat/sampling")}</summary>
      <div className="fields">
        {samplingNames.map((name) => (
          <Field
            key={name}
            label={say(samplingKnobs[name].label)}
            help={say(samplingKnobs[name].help)}
            value={form[name]}
            error={errors[name] && text(errors[name])}
            numeric
            onChange={(typed) => setSampling(name, typed)}
          />
        ))}
      </div>
      <Asking />
    </details>
  );
}

/** A chat, or a text that is continued: then nothing is told beforehand. */
function Asking() {
  const continues = useChat((state) => state.continues);
  const runId = useChat((state) => state.runId);
  const run = useRuns((state) => tunedRun(state, runId));
  const hasTemplate = useModel((state) => state.model?.hasChatTemplate ?? false);
  const { say } = useSpeaker();
  const isText = continuesNow(continues, run, hasTemplate);
  return (
    <>
      <label className="check check-wide">
        <input type="checkbox" checked={isText} onChange={(event) => setContinues(event.target.checked)} />
        <span>{say("ui-chat/continue-text")}</span>
      </label>
      {isText ? null : <SystemPrompt />}
    </>
  );
}

function SystemPrompt() {
  const system = useChat((state) => state.system);
  const remember = useChat((state) => state.remember);
  const { say } = useSpeaker();
  return (
    <div className="field">
      <label className="field-label" htmlFor="system">
        {say("ui-chat/system")}
      </label>
      <textarea
        id="system"
        className="input"
        rows={2}
        value={system}
        placeholder={say("ui-chat/system-none")}
        onChange={(event) => setSystem(event.target.value)}
      />
      <label className="check check-wide">
        <input type="checkbox" checked={remember} onChange={(event) => setRemember(event.target.checked)} />
        <span>{say("ui-chat/remember")}</span>
      </label>
    </div>
  );
}
