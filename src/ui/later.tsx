// Parts of the page that its first view does without. They are fetched once a model is there, so that going to them waits for nothing, or
// with the first look at them.
import { lazy } from "react";
import { charts } from "./train/charts-later.tsx";

const parts = {
  train: () => import("./train/train-page.tsx"),
  chat: () => import("./chat/chat-page.tsx"),
  charts,
};

export const TrainPage = lazy(async () => ({ default: (await parts.train()).TrainPage }));
export const ChatPage = lazy(async () => ({ default: (await parts.chat()).ChatPage }));

/** What cannot be fetched now is asked for again when it is looked at. */
export function fetchParts(): void {
  for (const part of Object.values(parts)) part().catch(() => undefined);
}
