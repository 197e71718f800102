// One conversation. It follows the text that is being written, unless the reader scrolled up.
import { useEffect, useRef } from "react";
import { formatRate } from "../../metrics/format.ts";
import { useChat, type ChatSource, type Turn } from "../../state/chat-store.ts";
import { ErrorNotice } from "../parts/error-notice.tsx";

const titles = { base: "Base model", tuned: "Tuned model" } as const satisfies Record<ChatSource, string>;

export function ChatPane({ source }: { readonly source: ChatSource }) {
  const turns = useChat(({ panes }) => panes[source]);
  const { list, onScroll } = useFollowedScroll(turns);
  return (
    <section className="pane" aria-label={titles[source]}>
      <h3 className="pane-title">{titles[source]}</h3>
      <div className="pane-scroll" ref={list} onScroll={onScroll}>
        {turns.length === 0 ? <EmptyPane source={source} /> : null}
        <ol className="turns">
          {turns.map((turn) => (
            <li key={turn.id}>{turn.role === "user" ? <Question turn={turn} /> : <Answer turn={turn} source={source} />}</li>
          ))}
        </ol>
      </div>
    </section>
  );
}

function EmptyPane({ source }: { readonly source: ChatSource }) {
  return (
    <p className="pane-empty">
      {source === "base"
        ? "The model as it was before training. Ask it something."
        : "The model with what your run taught it. Ask it something."}
    </p>
  );
}

function Question({ turn }: { readonly turn: Turn }) {
  return (
    <div className="bubble bubble-user">
      <span className="visually-hidden">You: </span>
      {turn.content}
    </div>
  );
}

function Answer({ turn, source }: { readonly turn: Turn; readonly source: ChatSource }) {
  return (
    <div className="answer">
      <div className="bubble bubble-assistant" data-source={source} data-state={turn.state} data-testid="answer">
        {turn.content}
        {turn.state === "waiting" ? <span className="typing" /> : null}
      </div>
      {turn.error ? <ErrorNotice error={turn.error} kept="What was said so far is kept." /> : null}
      <p className="answer-note">{noteOf(turn)}</p>
    </div>
  );
}

function noteOf(turn: Turn): string {
  const speed = turn.tokensPerSecond ? `${formatRate(turn.tokensPerSecond)} tokens/s` : "";
  const end = turn.state === "stopped" ? "stopped" : turn.cut ? "reached the limit of tokens" : "";
  return [turn.author, speed, end].filter(Boolean).join(" · ");
}

const nearEndPx = 60;

interface FollowedScroll {
  readonly list: React.RefObject<HTMLDivElement | null>;
  readonly onScroll: () => void;
}

/** Stays at the end while text comes in; a reader who scrolled up is left there until the next question. */
function useFollowedScroll(turns: readonly Turn[]): FollowedScroll {
  const list = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  const count = useRef(0);
  useEffect(() => {
    if (turns.length !== count.current) follows.current = true;
    count.current = turns.length;
    if (list.current && follows.current) list.current.scrollTop = list.current.scrollHeight;
  }, [turns]);
  const onScroll = (): void => {
    if (!list.current) return;
    const { scrollHeight, scrollTop, clientHeight } = list.current;
    follows.current = scrollHeight - scrollTop - clientHeight < nearEndPx;
  };
  return { list, onScroll };
}
