// The path Data → Train → Chat, with what each step holds right now.
import { useDataset } from "../state/dataset-store.ts";
import { useSpeaker } from "../state/language.ts";
import { pageSteps, usePage } from "../state/page-settings.ts";
import { activeRun, selectedRun, useRuns } from "../state/runs-store.ts";

export function StepNav() {
  const current = usePage((page) => page.step);
  const { say } = useSpeaker();
  const notes = { data: useDataNote(), train: useTrainNote(), chat: say("ui-page/who-answers") };
  return (
    <nav className="steps" aria-label={say("ui-page/path")}>
      <ol>
        {pageSteps.map((step, at) => (
          <li key={step}>
            <a className="step" href={`#${step}`} aria-current={step === current ? "step" : undefined}>
              <span className="step-number" aria-hidden="true">
                {at + 1}
              </span>
              <span className="step-text">
                <span className="step-title">{say(`ui-page/step-${step}`)}</span>
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
  const { say } = useSpeaker();
  return report ? say("ui-page/examples", { count: report.validCount }) : say("ui-page/no-data");
}

function useTrainNote(): string {
  const run = useRuns((state) => activeRun(state) ?? selectedRun(state));
  const { say } = useSpeaker();
  if (!run) return say("ui-page/no-run");
  const { phase, stepsDone, config } = run.record;
  return phase === "running" ? say("ui-page/run-step", { done: stepsDone, steps: config.stopping.steps }) : say(`run/phase-${phase}`);
}
