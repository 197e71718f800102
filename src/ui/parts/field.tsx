// A labelled input with its help and its error, tied together for screen readers.
import { useId } from "react";

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly help?: string | undefined;
  readonly error?: string | undefined;
  readonly numeric?: boolean;
  readonly placeholder?: string;
  /** What is typed is not shown. */
  readonly secret?: boolean;
}

export function Field({ label, value, onChange, help, error, numeric, placeholder, secret }: FieldProps) {
  const id = useId();
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <input
        id={id}
        className="input"
        type={secret ? "password" : "text"}
        inputMode={numeric ? "decimal" : "text"}
        autoComplete={secret ? "new-password" : "off"}
        spellCheck={false}
        value={value}
        placeholder={placeholder}
        aria-invalid={error !== undefined}
        aria-describedby={`${id}-note`}
        onChange={(event) => onChange(event.target.value)}
      />
      <p id={`${id}-note`} className={error === undefined ? "field-help" : "field-error"}>
        {error ?? help}
      </p>
    </div>
  );
}
