// One conversation. It follows the text that is being written, unless the reader scrolled up.
import { useEffect, useRef } from "react";
import type { Speaker } from "../../language/speaker.ts";
import { useChat, type ChatSource, type Turn } from "../../state/chat-store.ts";
import { useSpeaker } from "../../state/language.ts";
import { ErrorNotice } from "../parts/error-notice.tsx";

export function ChatPane({ source }: { readonly source: ChatSource }) {
  const turns = useChat(({ panes }) => panes[source]);
  const { list, onScroll } = useFollowedScroll(turns);
  const { say } = useSpeaker();
  const title = say(`ui-chat/pane-${source}`);
  return (
    <section className="pane" aria-label={title}>
      <h3 className="pane-title">{title}</h3>
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
  const { say } = useSpeaker();
  return <p className="pane-empty">{say(`ui-chat/empty-${source}`)}</p>;
}

function Question({ turn }: { readonly turn: Turn }) {
  const { say } = useSpeaker();
  return (
    <div className="bubble bubble-user">
      <span className="visually-hidden">{say("ui-chat/you")} </span>
      {turn.content}
    </div>
  );
}

function Answer({ turn, source }: { readonly turn: Turn; readonly source: ChatSource }) {
  const speaker = useSpeaker();
  return (
    <div className="answer">
      <div className="bubble bubble-assistant" data-source={source} data-state={turn.state} data-testid="answer">
        {turn.content}
        {turn.state === "waiting" ? <span className="typing" /> : null}
      </div>
      {turn.error ? <ErrorNotice error={turn.error} kept={speaker.say("ui-chat/kept")} /> : null}
      <p className="answer-note">{noteOf(turn, speaker)}</p>
    </div>
  );
}

function noteOf({ author, tokensPerSecond, state, cut, notes = [] }: Turn, { say, text, format }: Speaker): string {
  const speed = tokensPerSecond ? say("ui-chat/speed", { rate: format.rate(tokensPerSecond) }) : "";
  const end = state === "stopped" ? say("ui-chat/stopped") : cut ? say("ui-chat/cut") : "";
  return [author ? text(author) : "", speed, end, ...notes.map(text)].filter(Boolean).join(" · ");
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
