// The examples, a page at a time, as chats or as the tokens that the model will see.
import { useState } from "react";
import { formatCount } from "../../metrics/format.ts";
import { turnChoiceNames, turnChoices } from "../../config/run-config.ts";
import { chooseTurns, showPage } from "../../state/dataset-actions.ts";
import { examplesPerPage, useDataset } from "../../state/dataset-store.ts";
import { useTrainForm } from "../../state/train-form.ts";
import type { DataIssue, DatasetReport, ExamplePreview, PreviewMessage } from "../../state/view-types.ts";
import { ErrorNotice } from "../parts/error-notice.tsx";
import { Segmented } from "../parts/segmented.tsx";
import { TokenText } from "./token-text.tsx";

type Look = "chats" | "tokens";

export function ExampleList({ report }: { readonly report: DatasetReport }) {
  const [look, setLook] = useState<Look>("chats");
  const previews = useDataset((state) => state.previews);
  const error = useDataset((state) => state.previewError);
  return (
    <section className="examples" aria-labelledby="examples-title">
      <div className="examples-head">
        <h2 id="examples-title" className="heading-medium">
          Examples
        </h2>
        <Segmented<Look>
          legend="Show examples as"
          hideLegend
          options={[
            { value: "chats", label: "Chats" },
            { value: "tokens", label: "Tokens" },
          ]}
          value={look}
          onChange={setLook}
        />
      </div>
      <Turns />
      <Legend />
      {error ? <ErrorNotice error={error} /> : null}
      <ol className="example-list">
        {previews.map((preview) => (
          <li key={preview.line} className="card example">
            <p className="example-line">
              {report.unit === "line" ? "Line" : "Object"} {preview.line}
              {preview.problem ? <span className="tag tag-warn">left out</span> : null}
            </p>
            {preview.problem ? <Problem {...preview.problem} /> : null}
            {look === "chats" ? <Chat preview={preview} /> : <TokenText preview={preview} />}
          </li>
        ))}
      </ol>
      <Pager total={report.validCount} />
    </section>
  );
}

function Legend() {
  return (
    <p className="legend">
      <span>
        <mark className="learned">Underlined and tinted</mark> is learned
      </span>
      <span>Plain text is context</span>
    </p>
  );
}

/** Which turns are learned; what is tinted follows. */
function Turns() {
  const turns = useTrainForm((form) => form.turns);
  return (
    <Segmented
      legend="Learn"
      options={turnChoiceNames.map((value) => ({ value, label: turnChoices[value].label }))}
      value={turns}
      onChange={(value) => void chooseTurns(value)}
    />
  );
}

function Problem({ message, hint }: DataIssue) {
  return (
    <p className="break">
      {message} <span className="muted">{hint}</span>
    </p>
  );
}

const roleNames = {
  system: "System",
  user: "User",
  assistant: "Assistant",
  tool: "Tool",
  tools: "Functions",
  document: "Document",
} as const;

function Chat({ preview }: { readonly preview: ExamplePreview }) {
  return (
    <div className="chat-lines">
      {preview.messages.map((message, at) => (
        // Messages of an example never move.
        // oxlint-disable-next-line react/no-array-index-key
        <Message key={at} {...message} />
      ))}
    </div>
  );
}

function Message({ role, parts, lost }: PreviewMessage) {
  return (
    <div className={`chat-line chat-line-${role}`}>
      <span className="chat-role">{roleNames[role]}</span>
      <div>
        {parts.map(({ text, learned }, at) => (
          // Parts of a message never move.
          // oxlint-disable-next-line react/no-array-index-key
          <p key={at} className="chat-content">
            {learned ? <mark className="learned">{text}</mark> : text}
          </p>
        ))}
        {lost === null ? null : (
          <p className="chat-content muted">
            Left out by the template: <del>{lost}</del>
          </p>
        )}
      </div>
    </div>
  );
}

function Pager({ total }: { readonly total: number }) {
  const page = useDataset((state) => state.page);
  const first = page * examplesPerPage;
  const last = Math.min(total, first + examplesPerPage);
  if (total <= examplesPerPage) return null;
  return (
    <nav className="pager" aria-label="Pages of examples">
      <button type="button" className="button" disabled={page === 0} onClick={() => void showPage(page - 1)}>
        Previous
      </button>
      <p className="muted">
        {formatCount(first + 1)}–{formatCount(last)} of {formatCount(total)}
      </p>
      <button type="button" className="button" disabled={last >= total} onClick={() => void showPage(page + 1)}>
        Next
      </button>
    </nav>
  );
}
