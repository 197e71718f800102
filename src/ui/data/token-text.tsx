// The loss mask as text: every token with its edges, and the learned ones tinted and underlined, not by colour alone.
import type { PreviewToken } from "../../state/view-types.ts";

export function TokenText({ tokens }: { readonly tokens: readonly PreviewToken[] | null }) {
  if (!tokens) return <p className="muted">The tokens appear as soon as the model is loaded.</p>;
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
