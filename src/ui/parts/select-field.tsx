// A labelled choice of many, with its help tied to it for screen readers.
import { useId } from "react";

interface SelectFieldProps<T extends string> {
  readonly label: string;
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly value: T;
  readonly onChange: (value: T) => void;
  readonly help?: string | undefined;
  /** Stands in the place of the help. */
  readonly error?: string | undefined;
}

export function SelectField<T extends string>({ label, options, value, onChange, help, error }: SelectFieldProps<T>) {
  const id = useId();
  return (
    <div className="field">
      <label className="field-label" htmlFor={id}>
        {label}
      </label>
      <select
        id={id}
        className="input"
        value={value}
        aria-describedby={`${id}-note`}
        aria-invalid={error !== undefined}
        onChange={(event) => onChange(event.target.value as T)}
      >
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
      <p id={`${id}-note`} className={error === undefined ? "field-help" : "field-error"}>
        {error ?? help}
      </p>
    </div>
  );
}
