// One choice of a few, side by side: radio buttons under the skin, so that arrows and screen readers work.
import { useId, type ReactNode } from "react";

export interface Option<T extends string> {
  readonly value: T;
  readonly label: ReactNode;
  /** Why it cannot be chosen; absent where it can. */
  readonly disabledReason?: string | undefined;
}

interface SegmentedProps<T extends string> {
  readonly legend: string;
  readonly hideLegend?: boolean;
  readonly options: readonly Option<T>[];
  readonly value: T | null;
  readonly onChange: (value: T) => void;
}

export function Segmented<T extends string>({ legend, hideLegend, options, value, onChange }: SegmentedProps<T>) {
  const name = useId();
  return (
    <fieldset className="segmented">
      <legend className={hideLegend ? "visually-hidden" : "field-label"}>{legend}</legend>
      <div className="segments">
        {options.map((option) => (
          <label key={option.value} className="segment" title={option.disabledReason}>
            <input
              type="radio"
              name={name}
              checked={option.value === value}
              disabled={option.disabledReason !== undefined}
              onChange={() => onChange(option.value)}
            />
            <span>{option.label}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
