// The languages of the page, each named in its own words, for whoever cannot read the present one. Where there is little room
// their codes stand for the names, which screen readers hear all the same.
import { useState } from "react";
import { languageNames, languages, type Language } from "../language/languages.ts";
import { setLanguage, useSpeaker } from "../state/language.ts";
import { Segmented } from "./parts/segmented.tsx";

export function LanguageSwitch() {
  const { say, language } = useSpeaker();
  /** Chosen, and its words are on their way. */
  const [awaited, setAwaited] = useState<Language | null>(null);
  const [failed, setFailed] = useState<Language | null>(null);
  const choose = (chosen: Language): void => {
    setFailed(null);
    setAwaited(chosen);
    void setLanguage(chosen)
      .catch(() => setFailed(chosen))
      .finally(() => setAwaited((other) => (other === chosen ? null : other)));
  };
  return (
    <div className="language-switch">
      <Segmented
        legend={say("ui-page/language")}
        hideLegend
        options={languages.map((value) => ({ value, label: <Name language={value} /> }))}
        value={awaited ?? language}
        onChange={choose}
      />
      {failed === null ? null : (
        <p className="field-error" role="alert">
          {say("ui-page/language-failed", { language: languageNames[failed] })}
        </p>
      )}
    </div>
  );
}

function Name({ language }: { readonly language: Language }) {
  return (
    <span lang={language}>
      <span className="language-code" aria-hidden="true">
        {language}
      </span>
      <span className="language-name">{languageNames[language]}</span>
    </span>
  );
}
