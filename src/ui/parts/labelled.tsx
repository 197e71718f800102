// The label of a control and the help or error below it, tied to it for screen readers.
import { useId, type ReactNode } from "react";

export interface LabelledProps {
  readonly label: string;
  readonly help?: string | undefined;
  /** Stands in the place of the help. */
  readonly error?: string | undefined;
}

interface ControlProps {
  readonly id: string;
  readonly className: string;
  readonly "aria-describedby": string;
  readonly "aria-invalid": boolean;
}

/** @param children makes the control, with what ties it to the rest */
export function Labelled({ label, help, error, children }: LabelledProps & { readonly children: (tied: ControlProps) => ReactNode }) {
  const id = useId();
  const note = `${id}-note`;
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      {children({ id, className: "input", "aria-describedby": note, "aria-invalid": error !== undefined })}
      <p id={note} className={error === undefined ? "field-help" : "field-error"}>
        {error ?? help}
      </p>
    </div>
  );
}
