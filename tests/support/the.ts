/** The value, where a test knows that there is one. */
export function the<T>(value: T | undefined | null): T {
  if (value === undefined || value === null) throw new Error("missing");
  return value;
}
