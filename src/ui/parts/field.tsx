// A labelled input.
import { Labelled, type LabelledProps } from "./labelled.tsx";

interface FieldProps extends LabelledProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly numeric?: boolean;
  readonly placeholder?: string;
  /** What is typed is not shown. */
  readonly secret?: boolean;
}

export function Field({ value, onChange, numeric, placeholder, secret, ...labels }: FieldProps) {
  return (
    <Labelled {...labels}>
      {(tied) => (
        <input
          {...tied}
          type={secret ? "password" : "text"}
          inputMode={numeric ? "decimal" : "text"}
          autoComplete={secret ? "new-password" : "off"}
          spellCheck={false}
          value={value}
          placeholder={placeholder}
          onChange={(event) => onChange(event.target.value)}
        />
      )}
    </Labelled>
  );
}
