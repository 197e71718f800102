// The forms side by side: what each takes and what was measured of it, with a bar for what is lost.
import { messageOf } from "../../base/errors.ts";
import { compareRows, referenceOf, type CompareRow, type CompareState } from "../../state/compare-store.ts";
import { useSpeaker } from "../../state/language.ts";
import { loadModel } from "../../state/model-actions.ts";
import { useModel } from "../../state/model-store.ts";
import { activeRun, useRuns } from "../../state/runs-store.ts";
import type { MeasuredForm, ModelInfo } from "../../state/view-types.ts";
import { words } from "../../words/message.ts";

const columns = ["form", "memory", "step", "loss", "ratio", "use"] as const;

export function CompareTable({ state, model }: { readonly state: CompareState; readonly model: ModelInfo }) {
  const { say } = useSpeaker();
  const rows = compareRows(state, model);
  if (rows.length === 0) return null;
  return (
    <>
      <table className="compare-table">
        <caption className="visually-hidden">{say("compare/caption", { model: model.name })}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col">
                {say(`compare/${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <Row key={row.key} row={row} />
          ))}
        </tbody>
      </table>
      <Basis state={state} rows={rows} />
    </>
  );
}

function Row({ row }: { readonly row: CompareRow }) {
  const { say, text, format } = useSpeaker();
  const { label, bitsPerWeight, bytes, found, left, isLoaded } = row;
  return (
    <tr className={isLoaded ? "compare-loaded" : undefined} data-form={row.key}>
      <th scope="row">
        {text(label)}
        <span className="compare-bits">{say("compare/bits", { bits: bitsPerWeight })}</span>
      </th>
      <td data-label={say("compare/memory")}>{format.bytes(found?.bytes ?? bytes)}</td>
      {found ? (
        <Figures row={row} found={found} />
      ) : (
        <td colSpan={3} className="compare-missing">
          {left ? say("compare/left-out", { why: messageOf(left) }) : say("compare/not-yet")}
        </td>
      )}
      <td className="compare-choice">
        <Choice row={row} />
      </td>
    </tr>
  );
}

function Figures({ row: { ratio, excess, isReference }, found }: { readonly row: CompareRow; readonly found: MeasuredForm }) {
  const { say } = useSpeaker();
  return (
    <>
      <td data-label={say("compare/step")}>{found.stepMs === null ? "–" : say("compare/step-value", { seconds: found.stepMs / 1000 })}</td>
      <td data-label={say("compare/loss")}>{say("compare/loss-value", { loss: found.loss })}</td>
      <td data-label={say("compare/ratio")}>
        {ratio === null ? "–" : say("compare/ratio-value", { ratio })}
        {isReference ? <span className="compare-bits">{say("compare/reference")}</span> : null}
        {isReference ? null : (
          <span className="compare-bar" aria-hidden="true">
            <span style={{ inlineSize: `${excess * 100}%` }} />
          </span>
        )}
      </td>
    </>
  );
}

/** A load ends the measurement; what was measured stays. */
function Choice({ row: { form, label, isLoaded } }: { readonly row: CompareRow }) {
  const isBusy = useModel((state) => state.loading !== null);
  const isTraining = useRuns((state) => activeRun(state) !== undefined || state.starting !== null);
  const { say } = useSpeaker();
  if (isLoaded) return <span className="tag">{say("compare/loaded")}</span>;
  const { quantization, quantizeHead } = form;
  const requested = quantization === "none" || quantization === "as-published" ? { quantization } : { quantization, quantizeHead };
  return (
    <button
      type="button"
      className="button"
      disabled={isBusy || isTraining}
      aria-label={say("compare/use-named", { form: label })}
      onClick={() => void loadModel(requested)}
    >
      {say("compare/use-this")}
    </button>
  );
}

/** Over what, and against what. */
function Basis({ state: { over, found }, rows }: { readonly state: CompareState; readonly rows: readonly CompareRow[] }) {
  const { say } = useSpeaker();
  const reference = referenceOf(rows);
  const measured = rows.map(({ key }) => found[key]).find((one) => one !== undefined);
  if (!reference || !measured) return null;
  const what = over ? words("compare/over-data", over) : words("compare/over-text");
  const form = { form: reference.label };
  return (
    <p className="muted">
      {say("compare/measured-over", { tokens: measured.tokens, what })}{" "}
      {reference.isExact ? say("compare/against-exact", form) : say("compare/against-nearest", form)}
    </p>
  );
}
