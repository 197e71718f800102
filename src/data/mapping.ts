// Which columns of records of no known shape are question and answer: written by the user, or a guess that the user sees and confirms. A
// column that a record lacks is a fault of that record; it is never empty text.
import { AtelierError } from "../base/errors.ts";
import { commas } from "../words/message.ts";
import { describe, quoteSome } from "./excerpt.ts";
import { RecordFault, type Fields } from "./fields.ts";
import type { Reading } from "./formats.ts";
import { mappedRoles, type MappedRole, type Mapping } from "./mapped-roles.ts";

type TemplatePart = { readonly text: string } | { readonly column: string };

const isRole = (name: string): name is MappedRole => mappedRoles.some((role) => role === name);

/**
 * `question=Question,answer="{a}\n{b}"` as it is written after --map: a comma ends a value where a role and "=" follow.
 *
 * @throws AtelierError `data/map`
 */
export function parseMapping(written: string): Mapping {
  const roles = commas(mappedRoles);
  const parts = written.split(/,(?=\s*\w+\s*=)/);
  const pairs = parts.map((part): readonly [MappedRole, string] => {
    const [, name = "", value = ""] = /^\s*(\w+)\s*=([\s\S]*)$/.exec(part) ?? [];
    if (!isRole(name) || value.trim() === "") throw new AtelierError("data/map", { part, roles });
    return [name, value];
  });
  const twice = pairs.find(([name], at) => pairs.findIndex(([other]) => other === name) !== at);
  if (twice) throw new AtelierError("data/map#twice", { role: twice[0] });
  return checkedMapping(Object.fromEntries(pairs));
}

/** A text alone, or a question with its answer. @throws AtelierError `data/map` */
function checkedMapping(mapping: Mapping): Mapping {
  const has = (role: MappedRole): boolean => mapping[role] !== undefined;
  if (has("text") ? has("question") || has("answer") || has("system") : !has("question") || !has("answer"))
    throw new AtelierError("data/map#roles");
  for (const source of Object.values(mapping)) templateParts(source);
  return mapping;
}

/** As it is written after --map. */
export function writtenMapping(mapping: Mapping): string {
  return mappedRoles.flatMap((role) => (mapping[role] === undefined ? [] : [`${role}=${mapping[role]}`])).join(",");
}

/** @throws AtelierError `data/map#brace` where a brace opens or closes alone */
function templateParts(source: string): readonly TemplatePart[] {
  const constant = /^\s*"([\s\S]*)"\s*$/.exec(source)?.[1];
  if (constant !== undefined) return [{ text: unescaped(constant) }];
  if (!/[{}]/.test(source)) return [{ column: source.trim() }];
  const parts: TemplatePart[] = [];
  for (const [found, column] of source.matchAll(/\{\{|\}\}|\{([^{}]+)\}|[^{}]+|[{}]/g)) {
    if (column !== undefined) parts.push({ column });
    else if (found === "{" || found === "}") throw new AtelierError("data/map#brace", { template: source });
    else parts.push({ text: found === "{{" || found === "}}" ? found.slice(1) : unescaped(found) });
  }
  return parts;
}

function unescaped(text: string): string {
  return text.replaceAll(/\\([nt\\])/g, (_, char: string) => (char === "n" ? "\n" : char === "t" ? "\t" : "\\"));
}

/** @throws RecordFault where a column is missing, is no text, or where a role is blank */
export function readMapped(fields: Fields, mapping: Mapping): Reading {
  const { system, question, answer, text } = mapping;
  if (text !== undefined) return { kind: "text", text: filled(fields, "text", text) };
  const opening = system === undefined ? [] : [{ role: "system" as const, content: filled(fields, "system", system) }];
  const asked = { role: "user" as const, content: filled(fields, "question", question ?? "") };
  return { kind: "chat", messages: [...opening, asked, { role: "assistant", content: filled(fields, "answer", answer ?? "") }] };
}

function filled(fields: Fields, role: MappedRole, source: string): string {
  const text = templateParts(source)
    .map((part) => ("text" in part ? part.text : columnText(fields, part.column)))
    .join("");
  if (text.trim() === "") throw new RecordFault("data/bad-field#empty", { key: role });
  return text;
}

function columnText(fields: Fields, column: string): string {
  const value = fields.take(column);
  if (value === undefined) throw new RecordFault("data/map-column", { column, columns: quoteSome(fields.keys()) });
  if (value === null) return "";
  if (typeof value === "object") throw new RecordFault("data/bad-field#not-text", { key: column, found: describe(value) });
  return typeof value === "string" ? value : JSON.stringify(value);
}
