// An error as the user sees it: what happened, what to do, and the details for a report.
import { useState, type ReactNode } from "react";
import type { ErrorRecord } from "../../state/view-types.ts";
import { Icon } from "./icon.tsx";

interface ErrorNoticeProps {
  readonly error: ErrorRecord;
  /** What is kept, said after the hint. */
  readonly kept?: string;
  readonly onDismiss?: () => void;
  /** Ways on, before Copy details. */
  readonly children?: ReactNode;
}

export function ErrorNotice({ error, kept, onDismiss, children }: ErrorNoticeProps) {
  return (
    <div className="notice notice-error" role="alert" data-code={error.code}>
      <Icon name="alert" />
      <div className="notice-body">
        <p className="notice-message">{error.message}</p>
        <p>{[error.hint, kept].filter(Boolean).join(" ")}</p>
        <div className="actions">
          {children}
          <CopyDetails error={error} />
          {onDismiss ? (
            <button type="button" className="button button-quiet" onClick={onDismiss}>
              Dismiss
            </button>
          ) : null}
        </div>
      </div>
    </div>
  );
}

function CopyDetails({ error }: { readonly error: ErrorRecord }) {
  const [done, setDone] = useState("");
  const text = [error.code, error.message, error.hint, error.details].filter(Boolean).join("\n");
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setDone("Copied"),
      () => setDone("Copying is not allowed here"),
    );
  };
  return (
    <button type="button" className="button button-quiet" onClick={copy}>
      {done || "Copy details"}
    </button>
  );
}
