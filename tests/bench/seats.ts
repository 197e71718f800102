// Where contestants sit: in a page of the browser, or in a process of their own. Both are asked the same four things.
import { spawn, type ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { BrowserContext } from "playwright";
import type { ErrorRecord } from "../../src/base/errors.ts";
import type { Speaker } from "../../src/language/speaker.ts";
import type { Opened, Seat, Turn } from "./contest.ts";
import type { Case } from "./shapes.ts";

/** What a page or a process answers. */
type Answer<T> = { readonly value: T } | { readonly error: string | ErrorRecord };

/** What a page offers, and what a process is sent as lines of JSON. */
interface Calls {
  open(asked: Case & { readonly settings: object }): Promise<Answer<Opened>>;
  turn(leastMs: number): Promise<Answer<Turn>>;
  details(): Promise<Answer<object>>;
}

declare global {
  interface Window {
    benchContestant?: Calls;
  }
}

interface Seated {
  readonly name: string;
  readonly asked: Case;
  readonly settings: object;
  /** Path of the GGUF file. */
  readonly model: string;
}

export interface PageSeat extends Seated {
  readonly context: BrowserContext;
  readonly url: string;
  readonly speaker: Speaker;
}

/** The model is picked in the page, as a user picks one. */
export function inPage({ name, asked, settings, model, context, url, speaker }: PageSeat): Seat {
  const page = context.newPage();
  const call = async <K extends keyof Calls>(method: K, given: Parameters<Calls[K]>[0] | null): Promise<unknown> => {
    const answer: Answer<unknown> = await (
      await page
    ).evaluate(
      ([which, argument]) =>
        (window.benchContestant as unknown as Record<string, (given: unknown) => Promise<Answer<unknown>>>)[which as string]?.(
          argument,
        ) as Promise<Answer<unknown>>,
      [method, given] as const,
    );
    return valueOf(answer, speaker);
  };
  return {
    name,
    open: async () => {
      const open = await page;
      // A script that fails offers nothing: without its own words it would only be late.
      const failed = open.waitForEvent("pageerror", { timeout: 0 }).then((error) => Promise.reject(error));
      failed.catch(() => undefined);
      await open.goto(url);
      await open.setInputFiles("#model", model);
      await Promise.race([failed, open.waitForFunction(() => window.benchContestant !== undefined, undefined, { timeout: 0 })]);
      return (await call("open", { ...asked, settings })) as Opened;
    },
    turn: async (leastMs) => (await call("turn", leastMs)) as Turn,
    details: async () => (await call("details", null)) as object,
    close: async () => (await page).close(),
  };
}

export interface ProcessSeat extends Seated {
  readonly command: string;
  readonly args: readonly string[];
}

/** The process gets lines of JSON, {call, given}, and answers each with one; its stderr is what a failure is told with. */
export function inProcess({ name, asked, settings, model, command, args }: ProcessSeat): Seat {
  let child: ChildProcess | undefined;
  let said = "";
  const waiting: { resolve: (line: string) => void; reject: (error: Error) => void }[] = [];
  const start = (): void => {
    child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
    const fail = (why: string): void => {
      for (const { reject } of waiting.splice(0)) reject(new Error([why, lastLine(said)].filter(Boolean).join(" ")));
    };
    child.stderr?.on("data", (chunk: Buffer) => (said = (said + chunk.toString()).slice(-4000)));
    child.on("error", ({ message }) => fail(message));
    child.on("close", (status) => fail(`${command} ended with ${status}.`));
    child.stdin?.on("error", () => undefined);
    // What is not an answer is a library's own talk.
    if (child.stdout) createInterface(child.stdout).on("line", (line) => line.startsWith("{") && waiting.shift()?.resolve(line));
  };
  const call = async (method: keyof Calls, given: unknown): Promise<unknown> => {
    const line = await new Promise<string>((resolve, reject) => {
      waiting.push({ resolve, reject });
      child?.stdin?.write(`${JSON.stringify({ call: method, given })}\n`);
    });
    return valueOf(JSON.parse(line) as Answer<unknown>);
  };
  return {
    name,
    open: async () => {
      start();
      return (await call("open", { ...asked, settings, model })) as Opened;
    },
    turn: async (leastMs) => (await call("turn", leastMs)) as Turn,
    details: async () => (await call("details", null)) as object,
    close: () => {
      child?.kill("SIGKILL");
      return Promise.resolve();
    },
  };
}

function valueOf(answer: Answer<unknown>, speaker?: Speaker): unknown {
  if ("value" in answer) return answer.value;
  const { error } = answer;
  throw new Error(typeof error === "string" ? error : speaker ? speaker.error(error).message : error.key);
}

function lastLine(text: string): string {
  return text.trim().split("\n").at(-1)?.trim() ?? "";
}
