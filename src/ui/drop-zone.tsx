// The whole page takes files: a dataset, a model folder, an adapter or a saved run, told apart by their names.
import { useEffect, useState } from "react";
import { openDatasetFiles } from "../state/dataset-actions.ts";
import { dropKind } from "../state/drop-kind.ts";
import { useSpeaker } from "../state/language.ts";
import { loadModelFiles } from "../state/model-actions.ts";
import { goTo } from "../state/page-settings.ts";
import { importRun } from "../state/run-actions.ts";
import { droppedFiles } from "./parts/dropped-files.ts";
import { Icon } from "./parts/icon.tsx";

export function DropZone() {
  const over = useFileDrop(openFiles);
  const { say } = useSpeaker();
  if (!over) return null;
  return (
    <div className="drop-overlay" aria-hidden="true">
      <div className="drop-target">
        <Icon name="upload" />
        <p>{say("ui-page/drop")}</p>
      </div>
    </div>
  );
}

async function openFiles(files: readonly File[]): Promise<void> {
  const [first] = files;
  if (!first) return;
  const kind = dropKind(files.map(({ name }) => name));
  switch (kind) {
    case "dataset":
      goTo("data");
      return openDatasetFiles(files);
    case "model":
      return loadModelFiles(files);
    case "adapter":
    case "state":
      goTo("train");
      return importRun(files, kind);
    default:
      return kind satisfies never;
  }
}

/** @returns whether files hover over the page right now */
function useFileDrop(onFiles: (files: readonly File[]) => Promise<void>): boolean {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const onDrag = (event: DragEvent): void => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault();
      setOver(event.type === "dragover");
    };
    const onLeave = (event: DragEvent): void => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent): void => {
      onDrag(event);
      if (event.dataTransfer) void droppedFiles(event.dataTransfer).then(onFiles);
    };
    const events = { dragover: onDrag, dragleave: onLeave, drop: onDrop };
    for (const [name, listener] of Object.entries(events)) addEventListener(name, listener as EventListener);
    return () => {
      for (const [name, listener] of Object.entries(events)) removeEventListener(name, listener as EventListener);
    };
  }, [onFiles]);
  return over;
}
