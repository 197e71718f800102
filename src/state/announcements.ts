// One sentence at a time for screen readers: what just happened. Sighted users see it elsewhere on the page.
import { create } from "zustand";
import type { Text } from "../words/message.ts";

export const useAnnouncement = create<{ readonly text: Text }>(() => ({ text: "" }));

export function announce(text: Text): void {
  useAnnouncement.setState({ text });
}
