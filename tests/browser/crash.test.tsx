// A part of the page that crashes says so in the page's language, in the other one as soon as that is chosen, and can be shown again.
import { act } from "react";
import { createRoot } from "react-dom/client";
import { afterEach, beforeEach, expect, it } from "vitest";
import { setLanguage } from "../../src/state/language.ts";
import { ErrorBoundary } from "../../src/ui/parts/error-boundary.tsx";
import { english, french } from "../support/words.ts";

let isBroken = true;

function Part() {
  if (isBroken) throw new Error("no such pane");
  return <p>shown</p>;
}

const address = location.href;

beforeEach(() => {
  Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true });
  document.body.innerHTML = "<div></div>";
});

afterEach(() => {
  localStorage.clear();
  history.replaceState(null, "", address);
});

it("a crash is said in the page's language", async () => {
  await setLanguage("fr");
  // What is caught is shown; React would repeat it on the console.
  const root = createRoot(document.body.firstElementChild as Element, { onCaughtError: () => undefined });
  await act(async () =>
    root.render(
      <ErrorBoundary part="chat">
        <Part />
      </ErrorBoundary>,
    ),
  );
  const notice = document.querySelector("[data-code='ui/render']");
  expect(notice?.textContent).toContain("Impossible d’afficher la conversation\u00A0: no such pane");
  expect(notice?.textContent).toContain(french.say("ui-page/crash-kept"));
  await act(() => setLanguage("en"));
  expect(notice?.textContent).toContain("The chat could not be shown: no such pane");
  isBroken = false;
  const again = [...document.querySelectorAll("button")].find(({ textContent }) => textContent === english.say("ui-page/show-again"));
  await act(async () => again?.click());
  expect(document.body.textContent).toBe("shown");
  await act(async () => root.unmount());
});
