// A bar with a name, for eyes and screen readers.

interface ProgressBarProps {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  /** The value in words. */
  readonly text: string;
}

export function ProgressBar({ label, value, max, text }: ProgressBarProps) {
  return (
    <progress className="progress" aria-label={label} aria-valuenow={value} aria-valuetext={text} value={value} max={Math.max(1, max)}>
      {text}
    </progress>
  );
}
