// The page: header, the three steps, and what belongs to all of them.
import { useEffect } from "react";
import { useAnnouncement } from "../state/announcements.ts";
import { useModel } from "../state/model-store.ts";
import { usePage, type PageStep } from "../state/page-settings.ts";
import type { RunView } from "../state/run-view.ts";
import { activeRun, useRuns } from "../state/runs-store.ts";
import { ChatPage } from "./chat/chat-page.tsx";
import { DataPage } from "./data/data-page.tsx";
import { DropZone } from "./drop-zone.tsx";
import { Header } from "./header.tsx";
import { ModelBar } from "./model/model-bar.tsx";
import { ErrorBoundary } from "./parts/error-boundary.tsx";
import { ResumeBanner } from "./resume-banner.tsx";
import { StepNav } from "./step-nav.tsx";
import { useUnsavedGuard } from "./train/run-unsaved.tsx";
import { TrainPage } from "./train/train-page.tsx";

const pages = {
  data: { what: "The data", Page: DataPage },
  train: { what: "Training", Page: TrainPage },
  chat: { what: "The chat", Page: ChatPage },
} as const satisfies Record<PageStep, { what: string; Page: () => React.ReactNode }>;

export function App() {
  const step = usePage((page) => page.step);
  const announcement = useAnnouncement(({ text }) => text);
  useRootAttributes();
  useUnsavedGuard();
  const { what, Page } = pages[step];
  return (
    <ErrorBoundary what="The page">
      <a className="skip-link" href="#main" onClick={focusMain}>
        Skip to content
      </a>
      <Header />
      <ErrorBoundary what="The model bar">
        <ModelBar />
      </ErrorBoundary>
      <StepNav />
      <main id="main" className="main" tabIndex={-1}>
        <ResumeBanner />
        <ErrorBoundary key={step} what={what}>
          <Page />
        </ErrorBoundary>
      </main>
      <footer className="footer">Everything happens in this tab: your data, your model and your runs never leave this computer.</footer>
      <DropZone />
      <output className="visually-hidden">{announcement}</output>
    </ErrorBoundary>
  );
}

/** Following the link itself would change the step, which lives in the address. */
function focusMain(event: React.MouseEvent): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

/** The engine that holds the model, the theme, and the title: what lies outside React's own element. */
function useRootAttributes(): void {
  const engine = useModel(({ model, loading }) => (loading ? undefined : model?.provider));
  const theme = usePage((page) => page.theme);
  useEffect(() => setRootAttribute("engine", engine), [engine]);
  useEffect(() => setRootAttribute("theme", theme), [theme]);
  const title = useRuns((state) => titleOf(activeRun(state)));
  useEffect(() => {
    document.title = title;
  }, [title]);
}

/** A run at work can be followed from another tab. */
function titleOf(run: RunView | undefined): string {
  return run ? `${run.record.stepsDone}/${run.record.config.steps} · Atelier` : "Atelier";
}

function setRootAttribute(name: string, value: string | undefined): void {
  const { dataset } = document.documentElement;
  if (value === undefined) delete dataset[name];
  else dataset[name] = value;
}
