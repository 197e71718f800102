// A file input that looks like a button and stays reachable by keyboard.
import { useId, type ChangeEvent } from "react";
import { Icon, type IconName } from "./icon.tsx";

interface FileButtonProps {
  readonly label: string;
  readonly icon?: IconName;
  readonly accept?: string;
  readonly multiple?: boolean;
  readonly folder?: boolean;
  readonly primary?: boolean;
  readonly onFiles: (files: readonly File[]) => void;
}

export function FileButton({ label, icon = "file", accept, multiple, folder, primary, onFiles }: FileButtonProps) {
  const id = useId();
  const pick = (event: ChangeEvent<HTMLInputElement>): void => {
    const files = [...(event.target.files ?? [])];
    // The same file can be picked again after it was edited.
    event.target.value = "";
    if (files.length > 0) onFiles(files);
  };
  return (
    <span className="file-button">
      <input
        id={id}
        className="visually-hidden"
        type="file"
        accept={accept}
        multiple={multiple}
        onChange={pick}
        {...(folder ? { webkitdirectory: "" } : {})}
      />
      <label htmlFor={id} className={primary ? "button button-primary" : "button"}>
        <Icon name={icon} />
        {label}
      </label>
    </span>
  );
}
