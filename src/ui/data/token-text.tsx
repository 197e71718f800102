// The loss mask as text: every token with its edges, and the learned ones tinted and underlined, not by colour alone.
import { useSpeaker } from "../../state/language.ts";
import type { ExamplePreview, PreviewToken } from "../../state/view-types.ts";

export function TokenText({ preview: { rows, problem } }: { readonly preview: ExamplePreview }) {
  const { say } = useSpeaker();
  if (!rows) return problem ? null : <p className="muted">{say("ui-data/tokens-later")}</p>;
  return rows.map((tokens, at) => (
    // Rows of an example never move.
    // oxlint-disable-next-line react/no-array-index-key
    <Row key={at} tokens={tokens} />
  ));
}

function Row({ tokens }: { readonly tokens: readonly PreviewToken[] }) {
  return (
    <p className="tokens">
      {tokens.map(({ text, learned }, at) => {
        const Tag = learned ? "mark" : "span";
        return (
          // Tokens of an example never move.
          // oxlint-disable-next-line react/no-array-index-key
          <Tag key={at} className={learned ? "token learned" : "token"}>
            {text.replaceAll("\n", "↵\n")}
          </Tag>
        );
      })}
    </p>
  );
}
