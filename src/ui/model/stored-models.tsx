// What is stored on this device for the next load: each copy with its size, and the whole against what the browser grants.
import { hintOf, messageOf } from "../../base/errors.ts";
import { useSpeaker } from "../../state/language.ts";
import { loadStored } from "../../state/model-actions.ts";
import { useModel } from "../../state/model-store.ts";
import { activeRun, useRuns } from "../../state/runs-store.ts";
import { deleteStored, useStoredModels } from "../../state/stored-models.ts";
import type { CachedModel } from "../../state/view-types.ts";
import { sentences } from "../../words/message.ts";
import { ConfirmButton } from "../parts/confirm-button.tsx";
import { ProgressBar } from "../parts/progress-bar.tsx";
import { weightsOf } from "../../state/weights-words.ts";

export function StoredModels() {
  const stored = useStoredModels((state) => state.stored);
  const error = useStoredModels((state) => state.error);
  const model = useModel((state) => state.model);
  const { say, text } = useSpeaker();
  return (
    <section className="model-choice stored-models" aria-labelledby="stored-models-title">
      <h2 id="stored-models-title" className="heading-small">
        {say("ui-model/stored")}
      </h2>
      {stored && stored.entries.length > 0 ? (
        <ul className="stored-list" aria-label={say("ui-model/stored-list")}>
          {stored.entries.map((entry) => (
            <StoredModel key={entry.id} entry={entry} />
          ))}
        </ul>
      ) : (
        <p className="muted">{say("ui-model/stored-none")}</p>
      )}
      {model && model.source !== "bundled" && model.cache.state === "not-stored" ? (
        <p className="muted">{say("ui-model/not-stored", { name: model.name, reason: model.cache.reason ?? "" })}</p>
      ) : null}
      {error ? (
        <p className="field-error" role="alert">
          {text(sentences([messageOf(error), hintOf(error)]))}
        </p>
      ) : null}
      {stored && stored.quotaBytes > 0 ? <Usage usage={stored.usageBytes} quota={stored.quotaBytes} /> : null}
    </section>
  );
}

function Usage({ usage, quota }: { readonly usage: number; readonly quota: number }) {
  const { say } = useSpeaker();
  const amounts = { used: usage, quota };
  return (
    <div className="stored-usage">
      <ProgressBar label={say("ui-model/storage")} value={usage} max={quota} text={say("ui-model/usage", amounts)} />
      <p className="muted">{say("ui-model/usage-runs", amounts)}</p>
    </div>
  );
}

function StoredModel({ entry }: { readonly entry: CachedModel }) {
  const { name, bytes, lastUsedAt, usable, note } = entry;
  const isBusy = useModel((state) => state.loading !== null);
  const isTraining = useRuns((state) => activeRun(state) !== undefined);
  const { say, format } = useSpeaker();
  const weights = weightsOf(entry);
  return (
    <li className="stored-model">
      <div className="stored-facts">
        <p className="stored-name break">{name}</p>
        <p className="muted">
          {note === undefined
            ? say("ui-model/stored-used", { weights, bytes, date: format.date(lastUsedAt) })
            : say("ui-model/stored-note", { weights, bytes, note })}
        </p>
      </div>
      <div className="actions">
        {usable ? (
          <button
            type="button"
            className="button"
            aria-label={say("ui-model/load-copy", { name, weights })}
            disabled={isBusy || isTraining}
            onClick={() => void loadStored(entry)}
          >
            {say("ui-model/load")}
          </button>
        ) : null}
        <ConfirmButton
          label={say("ui-page/delete")}
          name={say("ui-model/delete-copy", { name, weights })}
          question={say("ui-model/delete-question")}
          confirm={say("ui-page/delete")}
          onConfirm={() => void deleteStored(entry)}
        />
      </div>
    </li>
  );
}
