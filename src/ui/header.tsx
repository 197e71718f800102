// Product name, language and theme.
import { useSpeaker } from "../state/language.ts";
import { setTheme, usePage } from "../state/page-settings.ts";
import { LanguageSwitch } from "./language-switch.tsx";
import { Icon } from "./parts/icon.tsx";

export function Header() {
  const { say } = useSpeaker();
  return (
    <header className="header">
      <div className="brand">
        <img src="./icon.svg" alt="" width={32} height={32} />
        <div>
          <h1 className="brand-name">{say("ui-page/title")}</h1>
          <p className="brand-line">{say("ui-page/tagline")}</p>
        </div>
      </div>
      <div className="header-controls">
        <LanguageSwitch />
        <ThemeToggle />
      </div>
    </header>
  );
}

function ThemeToggle() {
  const { say } = useSpeaker();
  const chosen = usePage((page) => page.theme);
  const isDark = chosen === undefined ? matchMedia("(prefers-color-scheme: dark)").matches : chosen === "dark";
  return (
    <button type="button" className="button button-quiet button-icon" onClick={() => setTheme(isDark ? "light" : "dark")}>
      <Icon name={isDark ? "sun" : "moon"} />
      <span className="visually-hidden">{isDark ? say("ui-page/light-theme") : say("ui-page/dark-theme")}</span>
    </button>
  );
}
