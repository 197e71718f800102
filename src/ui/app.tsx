// The page: header, the three steps, and what belongs to all of them.
import { Suspense, useEffect } from "react";
import { useAnnouncement } from "../state/announcements.ts";
import { useSpeaker } from "../state/language.ts";
import { useModel } from "../state/model-store.ts";
import { usePage, type PageStep } from "../state/page-settings.ts";
import { activeRun, useRuns } from "../state/runs-store.ts";
import { DataPage } from "./data/data-page.tsx";
import { DropZone } from "./drop-zone.tsx";
import { Header } from "./header.tsx";
import { ChatPage, fetchParts, TrainPage } from "./later.tsx";
import { ModelBar } from "./model/model-bar.tsx";
import { ErrorBoundary } from "./parts/error-boundary.tsx";
import { ResumeBanner } from "./resume-banner.tsx";
import { StepNav } from "./step-nav.tsx";
import { useUnsavedGuard } from "./train/unsaved-guard.ts";

const pages = { data: DataPage, train: TrainPage, chat: ChatPage } as const satisfies Record<PageStep, React.ComponentType>;

export function App() {
  const step = usePage((page) => page.step);
  const announcement = useAnnouncement(({ text }) => text);
  const { say, text } = useSpeaker();
  useRootAttributes();
  useUnsavedGuard();
  const hasModel = useModel(({ model }) => model !== null);
  useEffect(() => {
    if (hasModel) fetchParts();
  }, [hasModel]);
  const Page = pages[step];
  return (
    <ErrorBoundary part="other">
      <a className="skip-link" href="#main" onClick={focusMain}>
        {say("ui-page/skip")}
      </a>
      <Header />
      <ErrorBoundary part="model">
        <ModelBar />
      </ErrorBoundary>
      <StepNav />
      <main id="main" className="main" tabIndex={-1}>
        <ResumeBanner />
        <ErrorBoundary key={step} part={step}>
          <Suspense fallback={null}>
            <Page />
          </Suspense>
        </ErrorBoundary>
      </main>
      <footer className="footer">{say("ui-page/footer")}</footer>
      <DropZone />
      <output className="visually-hidden">{text(announcement)}</output>
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
  const title = useTitle();
  useEffect(() => {
    document.title = title;
  }, [title]);
}

/** A run at work can be followed from another tab. */
function useTitle(): string {
  const { say } = useSpeaker();
  const run = useRuns((state) => activeRun(state));
  if (!run) return say("ui-page/title");
  return say("ui-page/title-running", { done: run.record.stepsDone, steps: run.record.config.stopping.steps });
}

function setRootAttribute(name: string, value: string | undefined): void {
  const { dataset } = document.documentElement;
  if (value === undefined) delete dataset[name];
  else dataset[name] = value;
}
