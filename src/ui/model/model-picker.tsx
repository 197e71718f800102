// Another model: one of the hub that is known to fit, any other by id or address, or files of this computer.
import { useModel } from "../../state/model-store.ts";
import { endpointHost, useModelForm } from "../../state/model-form.ts";
import { activeRun, useRuns } from "../../state/runs-store.ts";
import { CuratedList } from "./curated-list.tsx";
import { HubForm } from "./hub-form.tsx";
import { LocalFiles } from "./local-files.tsx";
import { ModelFacts } from "./model-facts.tsx";
import { QuantizationChoice } from "./quantization-choice.tsx";

export function ModelPicker() {
  const model = useModel((state) => state.model);
  const isTraining = useRuns((state) => activeRun(state) !== undefined);
  return (
    <div className="model-picker">
      <div className="model-choice">
        <h2 className="heading-small">Models from the hub</h2>
        <FetchNotice />
        {isTraining ? <p className="muted">Pause or stop the run before you load another model.</p> : null}
        <CuratedList />
        <h3 className="heading-tiny">Any other model</h3>
        <HubForm />
      </div>
      <div className="model-choice">
        <LocalFiles />
        <QuantizationChoice />
        {model ? <ModelFacts model={model} /> : null}
      </div>
    </div>
  );
}

/** The one thing in the app that asks another host for something. */
function FetchNotice() {
  const host = useModelForm(({ endpoint }) => endpointHost(endpoint)) ?? "that host";
  return (
    <p className="muted">
      Choosing one makes your browser fetch its files from {host}, which then knows your network address and the model you asked for.
      Nothing is uploaded: your data, your runs and your chats stay in this tab.
    </p>
  );
}
