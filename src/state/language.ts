// The language of the page: what its address says (so that a link can carry it), else what was chosen before, else what the
// browser asks for.
import { create } from "zustand";
import { chooseLanguage, languages, loadCatalog, type Language } from "../language/languages.ts";
import { Speaker } from "../language/speaker.ts";
import type { Words } from "../words/message.ts";
import { writeQuery } from "./page-settings.ts";

const storedAs = "atelier-language";

/** Of the language that was asked for last: its words may come after those of an earlier preference, which is then none any more. */
let lastWish = 0;

/** Null until {@link startLanguage} has ended; nothing is drawn before. */
const useSpeakerStore = create<{ readonly speaker: Speaker | null }>(() => ({ speaker: null }));

/** Who puts words into the page's language; what uses it is drawn anew when the language changes. */
export function useSpeaker(): Speaker {
  const speaker = useSpeakerStore((state) => state.speaker);
  if (!speaker) throw new Error("The page is drawn before its language is there.");
  return speaker;
}

/** A name that the page gives to what is the user's: it is theirs from then on, and stays as it is. */
export function nameInLanguage(name: Words): string {
  return speakerNow().say(name);
}

/** For what leaves the page in the language of the moment: files, and names. */
export function speakerNow(): Speaker {
  const { speaker } = useSpeakerStore.getState();
  if (!speaker) throw new Error("Something is said before the page's language is there.");
  return speaker;
}

export async function startLanguage(): Promise<void> {
  const inAddress = new URLSearchParams(location.search).get("lang");
  const preferred = chooseLanguage([inAddress, chosenBefore(), ...navigator.languages].filter((preference) => preference !== null));
  try {
    await speak(preferred);
  } catch (error) {
    // A page in another language is better than none.
    const other = languages.find((language) => language !== preferred);
    if (other === undefined) throw error;
    await speak(other);
  }
}

/** Speaks another language from now on, and at the next visit. */
export async function setLanguage(language: Language): Promise<void> {
  if (!(await speak(language))) return;
  writeQuery("lang", language);
  try {
    localStorage.setItem(storedAs, language);
  } catch {
    // Private windows may forbid it: the address keeps the choice.
  }
}

function chosenBefore(): string | null {
  try {
    return localStorage.getItem(storedAs);
  } catch {
    return null;
  }
}

/** @returns whether nothing else was asked for meanwhile */
async function speak(language: Language): Promise<boolean> {
  const mine = ++lastWish;
  const speaker = new Speaker(language, await loadCatalog(language));
  if (mine !== lastWish) return false;
  document.documentElement.lang = language;
  useSpeakerStore.setState({ speaker });
  return true;
}
