// A labelled choice of many.
import { Labelled, type LabelledProps } from "./labelled.tsx";

interface SelectFieldProps<T extends string> extends LabelledProps {
  readonly options: readonly { readonly value: T; readonly label: string }[];
  readonly value: T;
  readonly onChange: (value: T) => void;
}

export function SelectField<T extends string>({ options, value, onChange, ...labels }: SelectFieldProps<T>) {
  return (
    <Labelled {...labels}>
      {(tied) => (
        <select {...tied} value={value} onChange={(event) => onChange(event.target.value as T)}>
          {options.map((option) => (
            <option key={option.value} value={option.value}>
              {option.label}
            </option>
          ))}
        </select>
      )}
    </Labelled>
  );
}
