// Catches a fault in one part of the page and leaves the others, and the workers, alone: training goes on behind it.
import { Component, type ReactNode } from "react";
import { AtelierError, toErrorRecord } from "../../base/errors.ts";
import { useSpeaker } from "../../state/language.ts";
import type { ErrorParameters } from "../../words/message.ts";
import { ErrorNotice } from "./error-notice.tsx";

interface Props {
  /** What failed; "other" is the page as a whole. */
  readonly part: ErrorParameters<"ui/render">["part"];
  readonly children: ReactNode;
}

interface State {
  readonly thrown: { readonly what: unknown } | null;
}

export class ErrorBoundary extends Component<Props, State> {
  override state: State = { thrown: null };

  static getDerivedStateFromError(what: unknown): State {
    return { thrown: { what } };
  }

  override render(): ReactNode {
    const { thrown } = this.state;
    if (!thrown) return this.props.children;
    return <Fault part={this.props.part} thrown={thrown.what} onAgain={() => this.setState({ thrown: null })} />;
  }
}

interface FaultProps {
  readonly part: Props["part"];
  readonly thrown: unknown;
  readonly onAgain: () => void;
}

function Fault({ part, thrown, onAgain }: FaultProps) {
  const { say } = useSpeaker();
  const cause = thrown instanceof Error ? thrown : new Error(String(thrown));
  const error = toErrorRecord(new AtelierError("ui/render", { part, fault: cause.message }, { cause }));
  return (
    <ErrorNotice error={error} kept={say("ui-page/crash-kept")}>
      <button type="button" className="button" onClick={onAgain}>
        {say("ui-page/show-again")}
      </button>
    </ErrorNotice>
  );
}
