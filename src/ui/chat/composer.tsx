// Where the question is typed. Enter sends, Shift and Enter breaks the line.
import { useState, type KeyboardEvent } from "react";
import { ask, stopAnswer } from "../../state/chat-actions.ts";
import { useChat } from "../../state/chat-store.ts";
import { useSpeaker } from "../../state/language.ts";
import { modelNotReady, useModel } from "../../state/model-store.ts";
import { Icon } from "../parts/icon.tsx";

export function Composer() {
  const [text, setText] = useState("");
  const speaker = useSpeaker();
  const isAnswering = useChat((state) => state.answering !== null);
  const notReady = useModel(modelNotReady);
  const canSend = notReady === undefined && !isAnswering && text.trim() !== "";
  const send = (): void => {
    if (!canSend) return;
    setText("");
    void ask(text.trim());
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    event.preventDefault();
    send();
  };
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <label className="visually-hidden" htmlFor="question">
        {speaker.say("ui-chat/message")}
      </label>
      <textarea
        id="question"
        className="input"
        rows={2}
        value={text}
        placeholder={notReady === undefined ? speaker.say("ui-chat/ask") : speaker.text(notReady)}
        aria-describedby="question-help"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={onKey}
      />
      <SendOrStop isAnswering={isAnswering} canSend={canSend} />
      <p id="question-help" className="composer-help">
        {notReady !== undefined && text !== "" ? speaker.text(notReady) : speaker.say("ui-chat/keys")}
      </p>
    </form>
  );
}

function SendOrStop({ isAnswering, canSend }: { readonly isAnswering: boolean; readonly canSend: boolean }) {
  const { say } = useSpeaker();
  if (isAnswering) {
    return (
      <button type="button" className="button" onClick={() => void stopAnswer()}>
        <Icon name="stop" />
        {say("ui-chat/stop")}
      </button>
    );
  }
  return (
    <button type="submit" className="button button-primary" disabled={!canSend}>
      <Icon name="send" />
      {say("ui-chat/send")}
    </button>
  );
}
