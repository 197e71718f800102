// How answers are sampled, as typed. One table describes every field once.
import { create } from "zustand";
import type { MessageKey } from "../words/catalog.ts";
import { words, type Text } from "../words/message.ts";
import type { Sampling } from "./view-types.ts";

export interface SamplingKnob {
  readonly label: MessageKey;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly default: number;
  readonly help: MessageKey;
}

export const samplingKnobs = {
  temperature: { label: "sampling/temperature", min: 0, max: 2, step: 0.1, default: 0, help: "sampling/temperature-help" },
  topP: { label: "sampling/top-p", min: 0.01, max: 1, step: 0.05, default: 1, help: "sampling/top-p-help" },
  topK: { label: "sampling/top-k", min: 0, max: 1000, step: 1, default: 0, help: "sampling/top-k-help" },
  maxTokens: { label: "sampling/max-tokens", min: 1, max: 4096, step: 1, default: 96, help: "sampling/max-tokens-help" },
  seed: { label: "sampling/seed", min: 0, max: 4_294_967_295, step: 1, default: 1, help: "sampling/seed-help" },
} as const satisfies Record<keyof Sampling, SamplingKnob>;

export type SamplingName = keyof Sampling;
export const samplingNames = Object.keys(samplingKnobs) as SamplingName[];

export type SamplingForm = Readonly<Record<SamplingName, string>>;

export const useSampling = create<SamplingForm>(() => mapNames((name) => String(samplingKnobs[name].default)));

export interface ReadSampling {
  readonly sampling: Sampling;
  readonly errors: Readonly<Partial<Record<SamplingName, Text>>>;
}

/** A field with an error counts as its default. */
export function readSampling(form: SamplingForm): ReadSampling {
  const errors: Partial<Record<SamplingName, Text>> = {};
  const sampling = mapNames((name) => {
    const knob: SamplingKnob = samplingKnobs[name];
    const { min, max } = knob;
    const isWhole = knob.step === 1;
    const value = form[name].trim() === "" ? NaN : Number(form[name].replace(",", "."));
    // In a whole number a comma or a point would part thousands, to some.
    const fits = !isWhole || (Number.isInteger(value) && !/[.,]/.test(form[name]));
    if (value >= min && value <= max && fits) return value;
    errors[name] = words(isWhole ? "sampling/whole-number" : "sampling/number", { min, max });
    return knob.default;
  });
  return { sampling, errors };
}

export function setSampling(name: SamplingName, text: string): void {
  useSampling.setState({ [name]: text });
}

function mapNames<T>(value: (name: SamplingName) => T): Record<SamplingName, T> {
  return Object.fromEntries(samplingNames.map((name) => [name, value(name)])) as Record<SamplingName, T>;
}
