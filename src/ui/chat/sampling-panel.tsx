// How answers are sampled and what they are told beforehand.
import { setRemember, setSystem } from "../../state/chat-actions.ts";
import { useChat } from "../../state/chat-store.ts";
import { useSpeaker } from "../../state/language.ts";
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
      <SystemPrompt />
    </details>
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
