// What memory goes where: one bar of parts, how much of the limit that is, and every number as text.
import { budgetWords } from "../../state/budget-words.ts";
import { useSpeaker } from "../../state/language.ts";
import type { BudgetPart, BudgetReport } from "../../state/view-types.ts";

export function BudgetBar({ report }: { readonly report: BudgetReport }) {
  const { sentence, share } = budgetWords(report);
  const { say, text, format } = useSpeaker();
  const parts = (Object.entries(report.parts) as [BudgetPart, number][]).filter(([, bytes]) => bytes > 0);
  return (
    <div className={report.fits ? "budget" : "budget budget-over"}>
      <div className="budget-bar" aria-hidden="true">
        {parts.map(([part, bytes]) => (
          <span key={part} className={`budget-part budget-${part}`} style={{ flexGrow: bytes / report.totalBytes }} />
        ))}
      </div>
      {share === null ? null : (
        <div className="budget-share" aria-hidden="true">
          <span style={{ inlineSize: `${Math.min(100, share * 100)}%` }} />
        </div>
      )}
      <output className="budget-sentence">{text(sentence)}</output>
      <dl className="budget-parts">
        {parts.map(([part, bytes]) => (
          <div key={part}>
            <dt>
              <span className={`budget-key budget-${part}`} aria-hidden="true" />
              {say(`budget/part-${part}`)}
            </dt>
            <dd>{format.bytes(bytes)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
