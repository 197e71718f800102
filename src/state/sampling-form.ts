// How answers are sampled, as typed. One table describes every field once.
import { create } from "zustand";
import type { Sampling } from "./view-types.ts";

export interface SamplingKnob {
  readonly label: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly default: number;
  readonly help: string;
}

export const samplingKnobs = {
  temperature: { label: "Temperature", min: 0, max: 2, step: 0.1, default: 0, help: "0 always takes the likeliest token." },
  topP: { label: "Top-p", min: 0.01, max: 1, step: 0.05, default: 1, help: "Keeps the likeliest tokens up to this share. 1 is off." },
  topK: { label: "Top-k", min: 0, max: 1000, step: 1, default: 0, help: "Keeps this many of the likeliest tokens. 0 is off." },
  maxTokens: { label: "Max tokens", min: 1, max: 4096, step: 1, default: 96, help: "Longest answer." },
  seed: { label: "Seed", min: 0, max: 4_294_967_295, step: 1, default: 1, help: "Same seed, same question: same answer." },
} as const satisfies Record<keyof Sampling, SamplingKnob>;

export type SamplingName = keyof Sampling;
export const samplingNames = Object.keys(samplingKnobs) as SamplingName[];

export type SamplingForm = Readonly<Record<SamplingName, string>>;

export const useSampling = create<SamplingForm>(() => mapNames((name) => String(samplingKnobs[name].default)));

export interface ReadSampling {
  readonly sampling: Sampling;
  readonly errors: Readonly<Partial<Record<SamplingName, string>>>;
}

/** A field with an error counts as its default. */
export function readSampling(form: SamplingForm): ReadSampling {
  const errors: Partial<Record<SamplingName, string>> = {};
  const sampling = mapNames((name) => {
    const knob: SamplingKnob = samplingKnobs[name];
    const value = form[name].trim() === "" ? NaN : Number(form[name].replace(",", "."));
    const whole = knob.step !== 1 || Number.isInteger(value);
    if (value >= knob.min && value <= knob.max && whole) return value;
    errors[name] = `Enter ${knob.step === 1 ? "a whole number" : "a number"} from ${knob.min} to ${knob.max}.`;
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
