// Numbers as people read them. English, like the rest of the page, so that tests and screenshots do not depend on a locale.

const locale = "en";

/** 65_000 → "1 min 5 s" */
export function formatDuration(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** 2_700_000 → "2.7M" */
export function formatCompact(value: number): string {
  return new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 }).format(value);
}

export function formatCount(value: number): string {
  return new Intl.NumberFormat(locale).format(value);
}

/** A loss, a norm or a learning rate: three significant digits, powers of ten where they are shorter. */
export function formatMeasure(value: number | null | undefined): string {
  if (value === null || value === undefined) return "–";
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "not a number" : "infinite";
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 0.001 || size >= 100_000) return value.toExponential(1).replace("e+", "e");
  return new Intl.NumberFormat(locale, { maximumSignificantDigits: 3, useGrouping: false }).format(value);
}

export function formatRate(perSecond: number | null): string {
  if (perSecond === null) return "–";
  return perSecond < 10 ? perSecond.toFixed(1) : formatCount(Math.round(perSecond));
}

/** Decimal units, as file managers show them. */
export function formatBytes(bytes: number): string {
  return new Intl.NumberFormat(locale, { style: "unit", unit: unitOf(bytes).name, maximumFractionDigits: 1 }).format(
    bytes / unitOf(bytes).size,
  );
}

function unitOf(bytes: number): { name: string; size: number } {
  if (bytes >= 1e9) return { name: "gigabyte", size: 1e9 };
  if (bytes >= 1e6) return { name: "megabyte", size: 1e6 };
  return bytes >= 1e3 ? { name: "kilobyte", size: 1e3 } : { name: "byte", size: 1 };
}

export function formatDate(at: number): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" }).format(at);
}

/** "1 example", "3 examples" */
export function countOf(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? "" : "s"}`;
}
