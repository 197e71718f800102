// An error as the user sees it: what happened, what to do, and the details for a report.
import { useState, type ReactNode } from "react";
import { useSpeaker } from "../../state/language.ts";
import type { ErrorRecord } from "../../state/view-types.ts";
import { sentences } from "../../words/message.ts";
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
  const speaker = useSpeaker();
  const { message, hint } = speaker.error(error);
  return (
    <div className="notice notice-error" role="alert" data-code={error.code}>
      <Icon name="alert" />
      <div className="notice-body">
        <p className="notice-message">{message}</p>
        <p>{kept === undefined ? hint : speaker.text(sentences([hint, kept]))}</p>
        <div className="actions">
          {children}
          <CopyDetails error={error} />
          {onDismiss ? (
            <button type="button" className="button button-quiet" onClick={onDismiss}>
              {speaker.say("ui-page/dismiss")}
            </button>
          ) : null}
        </div>
      </div>
    </div>
  );
}

const copyWords = { ready: "ui-page/copy-details", done: "ui-page/copied", refused: "ui-page/copy-refused" } as const;

function CopyDetails({ error }: { readonly error: ErrorRecord }) {
  const [state, setState] = useState<keyof typeof copyWords>("ready");
  const speaker = useSpeaker();
  const { message, hint } = speaker.error(error);
  const text = [error.code, message, hint, error.details].filter(Boolean).join("\n");
  const copy = (): void => {
    navigator.clipboard.writeText(text).then(
      () => setState("done"),
      () => setState("refused"),
    );
  };
  return (
    <button type="button" className="button button-quiet" onClick={copy}>
      {speaker.say(copyWords[state])}
    </button>
  );
}
