// What a failed npm ci means, by the code that npm prints: the network is blamed only where it is at fault.
import { Fault, firstLine } from "./fault.mjs";
import { say } from "./start-words.mjs";

const unreachable =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ECONNABORTED|ETIMEDOUT|ERR_SOCKET_TIMEOUT|EIDLETIMEOUT|ENETUNREACH|ENETDOWN|EHOSTUNREACH|EPIPE|FETCH_ERROR)$/;

/** @type {readonly [RegExp, import("./start-words.mjs").FaultKey][]} the first that fits counts */
const meanings = [
  [unreachable, "unreachable"],
  [/CERT|SSL|TLS/, "certificate"],
  [/^E[45]\d\d$|^EAUTH/, "refused"],
  [/^(EACCES|EPERM|EROFS)$/, "cannot-write"],
  [/^(ENOSPC|EDQUOT)$/, "disk-full"],
  [/^EUSAGE$/, "lock-differs"],
  [/^EINTEGRITY$/, "other-bytes"],
  [/^(ENOTEMPTY|EBUSY|ENOENT|EEXIST|ENOTDIR)$/, "changed-meanwhile"],
];

/** @param {{ status: number | null, signal: string | null, output: string, error?: Error & { code?: string } }} ended */
export function npmFault({ status, signal, output, error }) {
  if (error?.code === "ENOENT") return new Fault("no-npm");
  if (error) return new Fault("npm-not-started", { code: error.code ?? error.message });
  if (signal) return new Fault("npm-stopped", { signal });
  const code = field(output, "code") ?? "";
  const meaning = meanings.find(([pattern]) => pattern.test(code));
  if (meaning) return new Fault(meaning[1], { code, path: field(output, "path") ?? say("this-folder") });
  const said = firstLine(output.replace(/^npm (?:warn|WARN)\b.*$/gm, "").replace(/^npm (?:error|ERR!) /gm, ""));
  const why = code || say("exit-code", { status: String(status) });
  return said ? new Fault("npm-failed-saying", { code: why, said }) : new Fault("npm-failed", { code: why });
}

function field(output, name) {
  return new RegExp(`^npm (?:error|ERR!) ${name} (.+)$`, "m").exec(output)?.[1]?.trim();
}
