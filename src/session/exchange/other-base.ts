// Whether an adapter was made for the model in place, by what its files call its base. Copies of one base have many names, so another
// one is said and not refused; tensors that do not fit are refused elsewhere.
import { words, type Words } from "../../words/message.ts";

/** owner/name, and no path of somebody's computer. */
const hubId = /^[^./\\][^/\\]*\/[^/\\]+$/;

/**
 * @param base as the adapter's files have it; null where they do not say
 * @param loaded the name of the model in place
 * @returns what there is to say: nothing where the names are one, or end the same where one of them is a folder's
 */
export function otherBase(base: string | null, loaded: string): Words[] {
  if (base === null) return [];
  const [theirs, ours] = [plain(base), plain(loaded)];
  const bothOfHub = hubId.test(theirs) && hubId.test(ours);
  if (theirs === ours || (!bothOfHub && lastPart(theirs) === lastPart(ours))) return [];
  return [words("train/other-base", { base: base.slice(0, 200), loaded })];
}

/** Without letter case, file, revision and closing slash. */
function plain(name: string): string {
  return name
    .toLowerCase()
    .replace(/:[^:]*\.gguf$/, "")
    .replace(/[/\\]+$/, "")
    .replace(/@[^@/\\]*$/, "");
}

function lastPart(name: string): string | undefined {
  return name.split(/[/\\]/).at(-1);
}
