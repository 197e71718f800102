// What a failed npm ci means, by the code that npm prints: the network is blamed only where it is at fault.
import { Fault, firstLine } from "./fault.mjs";
import { cannotWrite } from "./install-lock.mjs";

const unreachable =
  /^(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ECONNABORTED|ETIMEDOUT|ERR_SOCKET_TIMEOUT|EIDLETIMEOUT|ENETUNREACH|ENETDOWN|EHOSTUNREACH|EPIPE|FETCH_ERROR)$/;

/** @type {readonly [RegExp, (code: string, path: string) => Fault][]} the first that fits counts */
const meanings = [
  [
    unreachable,
    (code) =>
      new Fault(
        `The npm registry cannot be reached (${code}).`,
        "Connect this computer to the network, or set npm's proxy; then try again.",
      ),
  ],
  [
    /CERT|SSL|TLS/,
    (code) =>
      new Fault(
        `The npm registry's certificate is not trusted here (${code}).`,
        "Set npm's cafile to that of your network, then try again.",
      ),
  ],
  [
    /^E[45]\d\d$|^EAUTH/,
    (code) => new Fault(`The npm registry refuses a package (${code}).`, "Check which one npm asks: npm config get registry."),
  ],
  [/^(EACCES|EPERM|EROFS)$/, (code, path) => cannotWrite(path || "This folder", code)],
  [/^(ENOSPC|EDQUOT)$/, (code) => new Fault(`The disk is full (${code}).`, "Free some space, then try again.")],
  [
    /^EUSAGE$/,
    () => new Fault("package-lock.json does not fit package.json.", "Take both from the same version of Atelier, then try again."),
  ],
  [
    /^EINTEGRITY$/,
    () => new Fault("A package arrived with other bytes than package-lock.json lists.", "Run npm cache verify, then try again."),
  ],
  [
    /^(ENOTEMPTY|EBUSY|ENOENT|EEXIST|ENOTDIR)$/,
    (code) =>
      new Fault(
        `Something else changed node_modules while the packages were being installed (${code}).`,
        "Let any other npm in this folder end, then try again.",
      ),
  ],
];

/** @param {{ status: number | null, signal: string | null, output: string, error?: Error & { code?: string } }} ended */
export function npmFault({ status, signal, output, error }) {
  if (error?.code === "ENOENT") return new Fault("npm was not found.", "Install Node.js with npm from https://nodejs.org, then try again.");
  if (error) return new Fault(`npm could not be started (${error.code ?? error.message}).`, "Install Node.js with npm, then try again.");
  if (signal) return new Fault(`The installation was broken off (${signal}).`, "Try again; it begins anew.");
  const code = field(output, "code") ?? "";
  const meaning = meanings.find(([pattern]) => pattern.test(code));
  if (meaning) return meaning[1](code, field(output, "path") ?? "");
  const said = firstLine(output.replace(/^npm (?:warn|WARN)\b.*$/gm, "").replace(/^npm (?:error|ERR!) /gm, ""));
  const why = code || `exit code ${status}`;
  return new Fault(`npm ci failed (${why})${said ? `: ${said}` : "."}`, "Delete the folder node_modules, then try again.");
}

function field(output, name) {
  return new RegExp(`^npm (?:error|ERR!) ${name} (.+)$`, "m").exec(output)?.[1]?.trim();
}
