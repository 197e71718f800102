// Times several contestants at one thing, by turns in one run: a machine's speed drifts, and who is timed later would be timed on another
// machine. Each is warmed up for a time, not for a number of turns, since first steps are slow in every browser.
import { summary, turnOrder, type Summary } from "./statistics.ts";

/** Some units of work, e.g. steps or tokens, and what they took. */
export interface Turn {
  readonly ms: number;
  readonly units: number;
}

/** What is compared, as the contestant itself says it. */
export interface Opened {
  readonly version: string;
  readonly compared: string;
}

export interface Seat {
  readonly name: string;
  /** Loads and builds what is timed. */
  open(): Promise<Opened>;
  /** As many units as take this time, at least one. */
  turn(leastMs: number): Promise<Turn>;
  /** What there is to say after the last turn: counts, stages, memory. */
  details(): Promise<object>;
  /** Lets everything go, whatever it is at. */
  close(): Promise<void>;
}

export interface ContestOptions {
  readonly repeats: number;
  readonly warmMs: number;
  readonly leastMs: number;
  /** A call that takes longer is given up. */
  readonly limitMs: number;
}

export interface Timed extends Summary, Opened {
  readonly name: string;
  /** Milliseconds of a unit, in the order in which they were measured. */
  readonly samples: readonly number[];
  /** Milliseconds of a unit in the first turns after the start, ten at most. */
  readonly first: readonly number[];
  readonly details: object;
}

export interface Absent {
  readonly name: string;
  readonly reason: string;
}

const mostFirst = 10;

/** A contestant that fails is named with its reason; the others go on. */
export async function contest(
  seats: readonly Seat[],
  options: ContestOptions,
): Promise<{ readonly timed: readonly Timed[]; readonly absent: readonly Absent[] }> {
  const { repeats, leastMs, limitMs } = options;
  const absent: Absent[] = [];
  let playing: Player[] = [];
  const each = async (players: readonly Player[], action: (player: Player) => Promise<void>): Promise<void> => {
    for (const player of players) {
      try {
        await within(limitMs, action(player));
      } catch (error) {
        absent.push({ name: player.seat.name, reason: reasonOf(error) });
        playing = playing.filter((other) => other !== player);
        await player.seat.close();
      }
    }
  };
  playing = seats.map((seat) => new Player(seat));
  try {
    await each(playing, (player) => player.open());
    await each(playing, (player) => player.warmUp(options.warmMs));
    for (let repeat = 0; repeat < repeats; repeat++) await each(turnOrder(playing, repeat), (player) => player.sample(leastMs));
    await each(playing, (player) => player.end());
    return { timed: playing.map((player) => player.timed()), absent };
  } finally {
    for (const { seat } of playing) await seat.close();
  }
}

class Player {
  readonly seat: Seat;
  readonly #samples: number[] = [];
  readonly #first: number[] = [];
  #opened: Opened = { version: "", compared: "" };
  #details: object = {};

  constructor(seat: Seat) {
    this.seat = seat;
  }

  async open(): Promise<void> {
    this.#opened = await this.seat.open();
  }

  async warmUp(warmMs: number): Promise<void> {
    for (let spent = 0; spent < warmMs;) {
      const turn = await this.seat.turn(0);
      if (this.#first.length < mostFirst) this.#first.push(perUnit(turn));
      spent += turn.ms;
    }
  }

  async sample(leastMs: number): Promise<void> {
    this.#samples.push(perUnit(await this.seat.turn(leastMs)));
  }

  async end(): Promise<void> {
    this.#details = await this.seat.details();
  }

  timed(): Timed {
    const { seat, ...own } = { seat: this.seat, samples: this.#samples, first: this.#first, details: this.#details };
    return { name: seat.name, ...this.#opened, ...summary(own.samples), ...own };
  }
}

/** @throws where nothing was timed, which would make a rate of zero or of infinity */
function perUnit({ ms, units }: Turn): number {
  if (ms > 0 && units > 0) return ms / units;
  throw new Error(`A turn of ${units} units in ${ms} ms cannot be timed.`);
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It had not answered after ${Math.round(limitMs / 1000)} s.`)), limitMs);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

function reasonOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim();
}
