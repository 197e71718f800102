// Numbers, sizes, times and dates as a language writes them. The styles of numbers have names that messages use: {size, number, bytes}.
import type { Language } from "./languages.ts";

export interface Formats {
  /** 12_345 → "12,345" */
  readonly count: (value: number) => string;
  /** A loss, a norm or a learning rate: three significant digits, powers of ten where they are shorter; "–" where there is none. */
  readonly measure: (value: number | null | undefined) => string;
  /** Decimal units, as file managers show them. */
  readonly bytes: (value: number) => string;
  /** 2_700_000 → "2.7M" */
  readonly compact: (value: number) => string;
  /** A share of 0 … 1 in whole percents. */
  readonly percent: (value: number) => string;
  /** Milliseconds: 65_000 → "1 min 5 s" */
  readonly duration: (ms: number) => string;
  /** A rate per second, with a digit behind the point below 10; "–" where there is none. */
  readonly rate: (perSecond: number | null) => string;
  /** Milliseconds since 1970. */
  readonly date: (at: number) => string;
}

/** What stands for numbers that are none. */
export interface NumberWords {
  readonly notANumber: string;
  readonly infinite: string;
  readonly minusInfinite: string;
}

export function createFormats(language: Language, names: NumberWords): Formats {
  const number = (options: Intl.NumberFormatOptions): ((value: number) => string) => {
    const written = new Intl.NumberFormat(language, options);
    return (value) => (Number.isFinite(value) ? written.format(value) : nameOf(value));
  };
  const nameOf = (value: number): string => (Number.isNaN(value) ? names.notANumber : value > 0 ? names.infinite : names.minusInfinite);
  const count = number({});
  const tenths = number({ minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const plain = number({ maximumSignificantDigits: 3, useGrouping: false });
  const power = number({ notation: "scientific", maximumFractionDigits: 1 });
  const date = new Intl.DateTimeFormat(language, { dateStyle: "medium", timeStyle: "short" });
  const inUnit = (unit: string, maximumFractionDigits = 0, unitDisplay: "short" | "long" = "short"): ((value: number) => string) =>
    number({ style: "unit", unit, unitDisplay, maximumFractionDigits });
  const sizes = byteUnits.map(({ unit, size }) => ({ size, format: inUnit(unit, 1) }));
  const smallest = { size: 1, format: inUnit("byte", 0, "long") };
  const [hours, minutes, seconds] = [inUnit("hour"), inUnit("minute"), inUnit("second")];
  return {
    count,
    measure(value) {
      if (value === null || value === undefined) return "–";
      const size = Math.abs(value);
      if (size === 0 || !Number.isFinite(value) || (size >= 0.001 && size < 100_000)) return plain(value);
      return power(value).toLowerCase();
    },
    bytes(value) {
      const { size, format } = sizes.find((unit) => value >= unit.size) ?? smallest;
      return format(value / size);
    },
    compact: number({ notation: "compact", maximumFractionDigits: 1 }),
    percent: number({ style: "percent" }),
    duration(ms) {
      const all = Math.round(ms / 1000);
      if (all < 60) return seconds(all);
      const whole = Math.floor(all / 60);
      return whole < 60 ? `${minutes(whole)} ${seconds(all % 60)}` : `${hours(Math.floor(whole / 60))} ${minutes(whole % 60)}`;
    },
    rate: (perSecond) => (perSecond === null ? "–" : perSecond < 10 ? tenths(perSecond) : count(Math.round(perSecond))),
    date: (at) => date.format(at),
  };
}

const byteUnits = [
  { unit: "gigabyte", size: 1e9 },
  { unit: "megabyte", size: 1e6 },
  { unit: "kilobyte", size: 1e3 },
] as const;
