// One sentence at a time for screen readers: what just happened. Sighted users see it elsewhere on the page.
import { create } from "zustand";

export const useAnnouncement = create<{ readonly text: string }>(() => ({ text: "" }));

export function announce(text: string): void {
  useAnnouncement.setState({ text });
}
