// The courses of the learning rate, each with the knobs that only it has. How the rate goes is in src/train/schedule.ts.

/** Called by the messages schedule/…. */
export const schedules = {
  constant: [],
  linear: [],
  cosine: [],
  "cosine-restarts": ["cycles"],
  polynomial: ["power", "minRate"],
  "inverse-sqrt": [],
  wsd: ["decaySteps", "decayShape", "minRate"],
  "cosine-min": ["minRate"],
} as const satisfies Record<string, readonly string[]>;

export type ScheduleName = keyof typeof schedules;

const owned: ReadonlySet<string> = new Set(Object.values(schedules).flat());

/** Whether a knob counts with a schedule: it is the schedule's own, or none's. */
export function goesWith(schedule: ScheduleName, knob: string): boolean {
  return !owned.has(knob) || schedules[schedule].some((own) => own === knob);
}

/** In the order of the choice; the first is the default. */
export const offeredSchedules: readonly ScheduleName[] = [
  "cosine",
  "linear",
  "constant",
  "cosine-restarts",
  "polynomial",
  "inverse-sqrt",
  "wsd",
  "cosine-min",
];
