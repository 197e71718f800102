// What is stored on this device for the next load: each copy with its size, and the whole against what the browser grants.
import { quantizationTable } from "../../config/quantizations.ts";
import { formatBytes, formatDate } from "../../metrics/format.ts";
import { loadStored } from "../../state/model-actions.ts";
import { useModel } from "../../state/model-store.ts";
import { activeRun, useRuns } from "../../state/runs-store.ts";
import { deleteStored, useStoredModels } from "../../state/stored-models.ts";
import type { CachedModel } from "../../state/view-types.ts";
import { ConfirmButton } from "../parts/confirm-button.tsx";
import { ProgressBar } from "../parts/progress-bar.tsx";

export function StoredModels() {
  const stored = useStoredModels((state) => state.stored);
  const error = useStoredModels((state) => state.error);
  const model = useModel((state) => state.model);
  return (
    <section className="model-choice stored-models" aria-labelledby="stored-models-title">
      <h2 id="stored-models-title" className="heading-small">
        Stored on this device
      </h2>
      {stored && stored.entries.length > 0 ? (
        <ul className="stored-list" aria-label="Stored models">
          {stored.entries.map((entry) => (
            <StoredModel key={entry.id} entry={entry} />
          ))}
        </ul>
      ) : (
        <p className="muted">
          A model that you load is stored as it is held, so that it opens in seconds next time, without a network too.
        </p>
      )}
      {model && model.source !== "bundled" && model.cache.state === "not stored" ? (
        <p className="muted">
          {model.name} is not stored: {model.cache.reason}.
        </p>
      ) : null}
      {error ? (
        <p className="field-error" role="alert">
          {error.message} {error.hint}
        </p>
      ) : null}
      {stored && stored.quotaBytes > 0 ? <Usage usage={stored.usageBytes} quota={stored.quotaBytes} /> : null}
    </section>
  );
}

function Usage({ usage, quota }: { readonly usage: number; readonly quota: number }) {
  const text = `${formatBytes(usage)} of ${formatBytes(quota)} that the browser grants this page`;
  return (
    <div className="stored-usage">
      <ProgressBar label="Storage used" value={usage} max={quota} text={text} />
      <p className="muted">{text}, runs included.</p>
    </div>
  );
}

function StoredModel({ entry }: { readonly entry: CachedModel }) {
  const { name, quantization, quantizeHead, bytes, lastUsedAt, usable, note } = entry;
  const isBusy = useModel((state) => state.loading !== null);
  const isTraining = useRuns((state) => activeRun(state) !== undefined);
  const held = `${quantizationTable[quantization]?.label ?? quantization}${quantizeHead ? ", head too" : ""}`;
  return (
    <li className="stored-model">
      <div className="stored-facts">
        <p className="stored-name break">{name}</p>
        <p className="muted">{[held, formatBytes(bytes), note ?? `used ${formatDate(lastUsedAt)}`].join(" · ")}</p>
      </div>
      <div className="actions">
        {usable ? (
          <button
            type="button"
            className="button"
            aria-label={`Load ${name}, ${held}`}
            disabled={isBusy || isTraining}
            onClick={() => void loadStored(entry)}
          >
            Load
          </button>
        ) : null}
        <ConfirmButton
          label="Delete"
          name={`Delete the copy of ${name}, ${held}`}
          question="Delete this copy?"
          confirm="Delete"
          onConfirm={() => void deleteStored(entry)}
        />
      </div>
    </li>
  );
}
