// How the base model's weights are held: the quantization table as a list, and whether the head follows.
import { useId } from "react";
import { quantizationTable, requestedQuantizations, type OwnQuantization, type RequestedQuantization } from "../../config/quantizations.ts";
import type { Speaker } from "../../language/speaker.ts";
import { closeComparison, openComparison } from "../../state/compare-actions.ts";
import { useCompare } from "../../state/compare-store.ts";
import { useSpeaker } from "../../state/language.ts";
import { loadModel } from "../../state/model-actions.ts";
import { useModel } from "../../state/model-store.ts";
import { activeRun, useRuns } from "../../state/runs-store.ts";
import type { ModelInfo } from "../../state/view-types.ts";
import { sentences, words, type Words } from "../../words/message.ts";
import { comparisonId } from "./compare-forms.tsx";

/** From here on, table and head in f32 are worth a word. */
const largeHeadBytes = 256 * 1024 * 1024;

export function QuantizationChoice() {
  const id = useId();
  const value = useModel((state) => state.model?.held.requested ?? "auto");
  const withoutFloat16 = useModel(({ model, report }) => model?.provider === "webgpu" && report?.webgpu.f16 === false);
  const isLoading = useModel((state) => state.loading !== null);
  const isTraining = useRuns((state) => activeRun(state) !== undefined);
  const { say, text } = useSpeaker();
  // What was chosen where that is left to the app, and why, stands in the line of the model.
  const help = words(`quantization/${value}-help`);
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {say("ui-model/weights")}
      </label>
      <div className="weights-choice">
        <select
          id={id}
          className="input"
          value={value}
          disabled={isLoading || isTraining}
          aria-describedby={`${id}-note`}
          onChange={(event) => void loadModel({ quantization: event.target.value as RequestedQuantization })}
        >
          {requestedQuantizations.map((name) => (
            <option key={name} value={name} disabled={name === "f16" && withoutFloat16}>
              {describe(name, say)}
            </option>
          ))}
        </select>
        <CompareButton />
      </div>
      <p id={`${id}-note`} className="field-help">
        {text(sentences(withoutFloat16 ? [help, words("ui-model/no-f16")] : [help]))}
      </p>
      <HeadChoice disabled={isLoading || isTraining} />
    </div>
  );
}

function CompareButton() {
  const isOpen = useCompare((state) => state.isOpen);
  const hasModel = useModel((state) => state.model !== null);
  const { say } = useSpeaker();
  return (
    <button
      type="button"
      className="button"
      disabled={!hasModel}
      aria-expanded={isOpen}
      aria-controls={comparisonId}
      onClick={() => (isOpen ? closeComparison() : void openComparison())}
    >
      {say("compare/open")}
    </button>
  );
}

function HeadChoice({ disabled }: { readonly disabled: boolean }) {
  const id = useId();
  const model = useModel((state) => state.model);
  const { say, text } = useSpeaker();
  const help = words("quantization/head-help");
  if (model?.quantization === "none" || model?.quantization === "as-published") return null;
  return (
    <>
      <label className="check">
        <input
          type="checkbox"
          checked={model?.quantizeHead ?? false}
          disabled={disabled}
          aria-describedby={`${id}-note`}
          onChange={(event) => void loadModel({ quantizeHead: event.target.checked })}
        />
        <span>{say("ui-model/head")}</span>
      </label>
      <p id={`${id}-note`} className="field-help">
        {text(sentences(model ? [help, ...adviceOn(model)] : [help]))}
      </p>
    </>
  );
}

/** Says so where a large vocabulary takes much memory. */
function adviceOn({ quantization, quantizeHead, headBytes, held }: ModelInfo): readonly Words[] {
  if (quantizeHead || headBytes < largeHeadBytes || quantization === "as-published") return [];
  const saved = headBytes * (1 - held.bitsPerWeight / 32);
  return [words("ui-model/head-bytes", { bytes: headBytes, saved })];
}

function describe(name: RequestedQuantization, say: Speaker["say"]): string {
  const weights = words(`quantization/${name}-label`);
  const isOwn = (known: RequestedQuantization): known is OwnQuantization => known in quantizationTable;
  return isOwn(name)
    ? say("ui-model/weights-option", { weights, bits: quantizationTable[name].bitsPerWeight })
    : say(`quantization/${name}-label`);
}
