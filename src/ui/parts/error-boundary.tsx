// Catches a fault in one part of the page and leaves the others, and the workers, alone: training goes on behind it.
import { Component, type ReactNode } from "react";
import type { ErrorRecord } from "../../state/view-types.ts";
import { ErrorNotice } from "./error-notice.tsx";

interface Props {
  /** What failed, as in "The chat could not be shown." */
  readonly what: string;
  readonly children: ReactNode;
}

export class ErrorBoundary extends Component<Props, { readonly error: ErrorRecord | null }> {
  override state: { readonly error: ErrorRecord | null } = { error: null };

  static getDerivedStateFromError(thrown: unknown): { readonly error: ErrorRecord } {
    const { message, stack } = thrown instanceof Error ? thrown : new Error(String(thrown));
    return {
      error: {
        code: "ui/render",
        message,
        hint: "This is a fault in Atelier. Show it again, or reload the page.",
        details: stack ?? message,
      },
    };
  }

  override render(): ReactNode {
    const { error } = this.state;
    if (!error) return this.props.children;
    const shown = { ...error, message: `${this.props.what} could not be shown: ${error.message}` };
    return (
      <ErrorNotice error={shown} kept="Your data, runs and checkpoints are kept, and a run at work goes on.">
        <button type="button" className="button" onClick={() => this.setState({ error: null })}>
          Show it again
        </button>
      </ErrorNotice>
    );
  }
}
