// Entry of the page: starts the workers and draws.
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { startLanguage } from "./state/language.ts";
import { startApp } from "./state/start-app.ts";
import { App } from "./ui/app.tsx";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
await startLanguage();
createRoot(root).render(
  <StrictMode>
    <App />
  </StrictMode>,
);
void startApp();
