// The path Data → Train → Chat, with what each step holds right now.
import { countOf } from "../metrics/format.ts";
import { useDataset } from "../state/dataset-store.ts";
import { pageSteps, usePage, type PageStep } from "../state/page-settings.ts";
import { phaseNames } from "../state/run-view.ts";
import { activeRun, selectedRun, useRuns } from "../state/runs-store.ts";

const titles = { data: "Data", train: "Train", chat: "Chat" } as const satisfies Record<PageStep, string>;

export function StepNav() {
  const current = usePage((page) => page.step);
  const notes = { data: useDataNote(), train: useTrainNote(), chat: "Base or tuned" };
  return (
    <nav className="steps" aria-label="Path">
      <ol>
        {pageSteps.map((step, at) => (
          <li key={step}>
            <a className="step" href={`#${step}`} aria-current={step === current ? "step" : undefined}>
              <span className="step-number" aria-hidden="true">
                {at + 1}
              </span>
              <span className="step-text">
                <span className="step-title">{titles[step]}</span>
                <span className="step-note">{notes[step]}</span>
              </span>
            </a>
          </li>
        ))}
      </ol>
    </nav>
  );
}

function useDataNote(): string {
  const report = useDataset((state) => state.report);
  return report ? countOf(report.validCount, "example") : "Choose a file";
}

function useTrainNote(): string {
  const run = useRuns((state) => activeRun(state) ?? selectedRun(state));
  if (!run) return "No run yet";
  const { phase, stepsDone, config } = run.record;
  return phase === "running" ? `Step ${stepsDone} of ${config.steps}` : phaseNames[phase];
}
