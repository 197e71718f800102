// How the base model's weights are held: the quantization table as a list, and whether the head follows.
import { useId } from "react";
import { quantizationTable, quantizations, quantizeHeadHelp } from "../../config/quantizations.ts";
import { formatBytes } from "../../metrics/format.ts";
import { loadModel } from "../../state/model-actions.ts";
import { useModel } from "../../state/model-store.ts";
import { activeRun, useRuns } from "../../state/runs-store.ts";
import type { ModelInfo, Quantization } from "../../state/view-types.ts";

/** From here on, table and head in f32 are worth a word. */
const largeHeadBytes = 256 * 1024 * 1024;

export function QuantizationChoice() {
  const id = useId();
  const value = useModel((state) => state.model?.quantization ?? "int4");
  const withoutFloat16 = useModel(({ model, report }) => model?.provider === "webgpu" && report?.webgpu.f16 === false);
  const isLoading = useModel((state) => state.loading !== null);
  const isTraining = useRuns((state) => activeRun(state) !== undefined);
  const note = withoutFloat16 ? " f16 cannot be chosen: this GPU has no shader-f16." : "";
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        Weights
      </label>
      <select
        id={id}
        className="input"
        value={value}
        disabled={isLoading || isTraining}
        aria-describedby={`${id}-note`}
        onChange={(event) => void loadModel({ quantization: event.target.value as Quantization })}
      >
        {quantizations.map((name) => (
          <option key={name} value={name} disabled={name === "f16" && withoutFloat16}>
            {describe(name)}
          </option>
        ))}
      </select>
      <p id={`${id}-note`} className="field-help">
        {quantizationTable[value].help}
        {note}
      </p>
      <HeadChoice disabled={isLoading || isTraining} />
    </div>
  );
}

function HeadChoice({ disabled }: { readonly disabled: boolean }) {
  const id = useId();
  const model = useModel((state) => state.model);
  if (model?.quantization === "none") return null;
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
        <span>Embedding table and head as well</span>
      </label>
      <p id={`${id}-note`} className="field-help">
        {quantizeHeadHelp} {model ? adviseHead(model) : ""}
      </p>
    </>
  );
}

/** Says so where a large vocabulary takes much memory. */
function adviseHead({ quantization, quantizeHead, headBytes }: ModelInfo): string {
  if (quantizeHead || headBytes < largeHeadBytes) return "";
  const saved = headBytes * (1 - quantizationTable[quantization].bitsPerWeight / 32);
  return `Here they take ${formatBytes(headBytes)} as f32; about ${formatBytes(saved)} less this way.`;
}

function describe(name: Quantization): string {
  const { label, bitsPerWeight } = quantizationTable[name];
  return `${label} · ${Number(bitsPerWeight.toFixed(2))} bits per weight`;
}
