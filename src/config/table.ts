// Tables whose rows are kinds.

/** One column of a table. */
export function column<T extends Readonly<Record<string, object>>, C extends keyof T[keyof T]>(
  table: T,
  name: C,
): { readonly [K in keyof T]: T[K][C] } {
  const cells = Object.entries(table).map(([kind, row]) => [kind, (row as T[keyof T])[name]]);
  return Object.fromEntries(cells) as { readonly [K in keyof T]: T[K][C] };
}
