// Product name and theme.
import { setTheme, usePage } from "../state/page-settings.ts";
import { Icon } from "./parts/icon.tsx";

export function Header() {
  return (
    <header className="header">
      <div className="brand">
        <img src="./icon.svg" alt="" width={32} height={32} />
        <div>
          <h1 className="brand-name">Atelier</h1>
          <p className="brand-line">Fine-tune a language model in this tab</p>
        </div>
      </div>
      <ThemeToggle />
    </header>
  );
}

function ThemeToggle() {
  const chosen = usePage((page) => page.theme);
  const isDark = chosen === undefined ? matchMedia("(prefers-color-scheme: dark)").matches : chosen === "dark";
  return (
    <button type="button" className="button button-quiet button-icon" onClick={() => setTheme(isDark ? "light" : "dark")}>
      <Icon name={isDark ? "sun" : "moon"} />
      <span className="visually-hidden">{isDark ? "Use the light theme" : "Use the dark theme"}</span>
    </button>
  );
}
