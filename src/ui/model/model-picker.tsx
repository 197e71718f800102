// Another model: one of the hub that is known to fit, any other by id or address, or files of this computer.
import { useSpeaker } from "../../state/language.ts";
import { useModel } from "../../state/model-store.ts";
import { endpointHost, useModelForm } from "../../state/model-form.ts";
import { activeRun, useRuns } from "../../state/runs-store.ts";
import { words } from "../../words/message.ts";
import { CompareForms } from "./compare-forms.tsx";
import { CuratedList } from "./curated-list.tsx";
import { HubForm } from "./hub-form.tsx";
import { LocalFiles } from "./local-files.tsx";
import { ModelFacts } from "./model-facts.tsx";
import { QuantizationChoice } from "./quantization-choice.tsx";
import { StoredModels } from "./stored-models.tsx";

export function ModelPicker() {
  const model = useModel((state) => state.model);
  const isTraining = useRuns((state) => activeRun(state) !== undefined);
  const { say } = useSpeaker();
  return (
    <div className="model-picker">
      <div className="model-choice">
        <h2 className="heading-small">{say("ui-model/hub")}</h2>
        <FetchNotice />
        {isTraining ? <p className="muted">{say("ui-model/hub-training")}</p> : null}
        <CuratedList />
        <h3 className="heading-tiny">{say("ui-model/any")}</h3>
        <HubForm />
      </div>
      <div className="model-choice">
        <LocalFiles />
        <QuantizationChoice />
        {model ? <ModelFacts model={model} /> : null}
      </div>
      <CompareForms />
      <StoredModels />
    </div>
  );
}

/** The one thing in the app that asks another host for something. */
function FetchNotice() {
  const host = useModelForm(({ endpoint }) => endpointHost(endpoint));
  const { say } = useSpeaker();
  return <p className="muted">{say("ui-model/hub-notice", { host: host ?? words("ui-model/that-host") })}</p>;
}
