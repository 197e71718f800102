// How answers are sampled and what they are told beforehand.
import { setRemember, setSystem } from "../../state/chat-actions.ts";
import { useChat } from "../../state/chat-store.ts";
import { readSampling, samplingKnobs, samplingNames, setSampling, useSampling } from "../../state/sampling-form.ts";
import { Field } from "../parts/field.tsx";

export function SamplingPanel() {
  const form = useSampling();
  const { errors } = readSampling(form);
  return (
    <details className="card sampling" open={matchMedia("(min-width: 64rem)").matches}>
      <summary className="heading-medium">Sampling</summary>
      <div className="fields">
        {samplingNames.map((name) => (
          <Field
            key={name}
            label={samplingKnobs[name].label}
            help={samplingKnobs[name].help}
            value={form[name]}
            error={errors[name]}
            numeric
            onChange={(text) => setSampling(name, text)}
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
  return (
    <div className="field">
      <label className="field-label" htmlFor="system">
        System prompt
      </label>
      <textarea
        id="system"
        className="input"
        rows={2}
        value={system}
        placeholder="None"
        onChange={(event) => setSystem(event.target.value)}
      />
      <label className="check check-wide">
        <input type="checkbox" checked={remember} onChange={(event) => setRemember(event.target.checked)} />
        <span>Send earlier turns along</span>
      </label>
    </div>
  );
}
