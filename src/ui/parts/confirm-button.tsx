// A button for what cannot be undone: it asks a second time, in place, and forgets the first press when focus leaves.
import { useState, type FocusEvent } from "react";
import { useSpeaker } from "../../state/language.ts";

interface ConfirmButtonProps {
  readonly label: string;
  /** The accessible name where the label alone is ambiguous. */
  readonly name: string;
  readonly question: string;
  readonly confirm: string;
  readonly onConfirm: () => void;
}

export function ConfirmButton({ label, name, question, confirm, onConfirm }: ConfirmButtonProps) {
  const [asking, setAsking] = useState(false);
  const { say } = useSpeaker();
  if (!asking) {
    return (
      <button type="button" className="button button-quiet" aria-label={name} onClick={() => setAsking(true)}>
        {label}
      </button>
    );
  }
  const leave = (event: FocusEvent): void => {
    if (!event.currentTarget.closest("fieldset")?.contains(event.relatedTarget)) setAsking(false);
  };
  return (
    <fieldset className="confirm" aria-label={question}>
      <span>{question}</span>
      <button
        type="button"
        className="button button-danger"
        onBlur={leave}
        onClick={() => {
          setAsking(false);
          onConfirm();
        }}
      >
        {confirm}
      </button>
      <button type="button" className="button button-quiet" ref={focusOnShow} onBlur={leave} onClick={() => setAsking(false)}>
        {say("ui-page/keep")}
      </button>
    </fieldset>
  );
}

/** The safe answer has the focus. */
function focusOnShow(button: HTMLButtonElement | null): void {
  button?.focus();
}
