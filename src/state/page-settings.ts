// What the user chose about the page itself lives in its address: it survives a reload, can be shared, and stores nothing.
import { create } from "zustand";
import { executionProviders, type ExecutionProvider } from "../protocol/execution-providers.ts";

export const pageSteps = ["data", "train", "chat"] as const;
export type PageStep = (typeof pageSteps)[number];

const themes = ["light", "dark"] as const;
export type Theme = (typeof themes)[number];

export interface PageSettings {
  readonly step: PageStep;
  /** Undefined: the engine is chosen by what the browser has. */
  readonly engine: ExecutionProvider | undefined;
  /** Undefined: as the system. */
  readonly theme: Theme | undefined;
}

export function readSettings(search: string, hash: string): PageSettings {
  const query = new URLSearchParams(search);
  const pick = <T extends string>(options: readonly T[], value: string | null): T | undefined => options.find((option) => option === value);
  return {
    step: pick(pageSteps, hash.replace(/^#/, "")) ?? "data",
    engine: pick(executionProviders, query.get("engine")),
    theme: pick(themes, query.get("theme")),
  };
}

export const usePage = create<PageSettings>(() => readSettings(globalThis.location?.search ?? "", globalThis.location?.hash ?? ""));

/** The links of the steps change the address; this follows. */
export function followAddress(): void {
  globalThis.addEventListener("hashchange", () => usePage.setState({ step: readSettings("", location.hash).step }));
}

export function goTo(step: PageStep): void {
  location.hash = step;
}

export function rememberEngine(engine: ExecutionProvider): void {
  usePage.setState({ engine });
  writeQuery("engine", engine);
}

export function setTheme(theme: Theme): void {
  usePage.setState({ theme });
  writeQuery("theme", theme);
}

export function writeQuery(key: string, value: string): void {
  const url = new URL(location.href);
  url.searchParams.set(key, value);
  history.replaceState(null, "", url);
}
