// What columns can be said to be.
export const mappedRoles = ["system", "question", "answer", "text"] as const;
export type MappedRole = (typeof mappedRoles)[number];

/**
 * For each role a column's name, a template that names columns in braces ("{title}\n{body}", braces themselves doubled), or a constant
 * in double quotes.
 */
export type Mapping = Readonly<Partial<Record<MappedRole, string>>>;
