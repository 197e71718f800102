// strftime in the C locale, by the local clock, as strftime_now of transformers prints it.
import { UnsupportedTemplateError } from "./template-error.ts";
import { words } from "../../words/message.ts";

const months = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];
const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const padded = (value: number, width = 2): string => String(value).padStart(width, "0");

const directives: Readonly<Record<string, (date: Date) => string>> = {
  "%": () => "%",
  A: (date) => days[date.getDay()] ?? "",
  a: (date) => (days[date.getDay()] ?? "").slice(0, 3),
  B: (date) => months[date.getMonth()] ?? "",
  b: (date) => (months[date.getMonth()] ?? "").slice(0, 3),
  d: (date) => padded(date.getDate()),
  H: (date) => padded(date.getHours()),
  I: (date) => padded(date.getHours() % 12 || 12),
  j: (date) => padded(dayOfYear(date), 3),
  M: (date) => padded(date.getMinutes()),
  m: (date) => padded(date.getMonth() + 1),
  p: (date) => (date.getHours() < 12 ? "AM" : "PM"),
  S: (date) => padded(date.getSeconds()),
  w: (date) => String(date.getDay()),
  Y: (date) => String(date.getFullYear()),
  y: (date) => padded(date.getFullYear() % 100),
};

/** Days in summer time are an hour off. */
const dayOfYear = (date: Date): number => {
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
  return Math.round((Date.UTC(year, month, day) - Date.UTC(year, 0, 0)) / 86_400_000);
};

export function formatTime(date: Date, format: string): string {
  return format.replaceAll(/%(-?)([\s\S]?)/g, (whole, plain: string, letter: string) => {
    const write = Object.hasOwn(directives, letter) ? directives[letter] : undefined;
    if (!write) throw new UnsupportedTemplateError(words("jinja/expression", { code: `strftime_now("${whole}")` }));
    return plain === "" ? write(date) : write(date).replace(/^0+(?=\d)/, "");
  });
}
