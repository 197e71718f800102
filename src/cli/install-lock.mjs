// One installation at a time: a marker beside node_modules says who installs. It is there before npm begins and goes when npm has
// ended; one whose processes are gone tells of an installation that was killed.
import { readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { Fault } from "./fault.mjs";
import { say } from "./start-words.mjs";

const markerName = ".atelier-installing";
const beatMs = 2000;
/** A marker of another machine, on a shared disk, that nobody has touched for so long is left over. */
const staleMs = 20_000;
/** A process number may be given out again: not even a living one is waited for longer than this without a sign of life. */
const longestMs = 600_000;

/** @returns {"free" | "held" | "left-over"} */
export function lockState(root) {
  const marker = join(root, markerName);
  let ageMs;
  let holder;
  try {
    ageMs = Date.now() - statSync(marker).mtimeMs;
    holder = JSON.parse(readFileSync(marker, "utf8"));
  } catch (error) {
    if (error.code === "ENOENT") return "free";
    // It is being written just now, or its writer was killed at it.
    return ageMs !== undefined && ageMs < staleMs ? "held" : "left-over";
  }
  const isHere = holder.host === hostname();
  const isAlive = isHere ? holder.pids.some(isRunning) && ageMs < longestMs : ageMs < staleMs;
  return isAlive ? "held" : "left-over";
}

function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return !isDefunct(pid);
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** On Linux: ended, but not yet taken notice of by its parent, which may be never in a container. */
function isDefunct(pid) {
  return /\) Z /.test(readOr(`/proc/${pid}/stat`, ""));
}

/**
 * Takes the lock where it is free or left over.
 * @returns null where another was quicker; otherwise what adds a process to its holders, and what gives the lock back
 * @throws {Fault} where the folder cannot be written
 */
export async function takeLock(root) {
  const marker = join(root, markerName);
  if (lockState(root) === "left-over") clearAway(marker);
  const text = (pids) => JSON.stringify({ host: hostname(), pids });
  const mine = text([process.pid]);
  try {
    writeFileSync(marker, mine, { flag: "wx" });
  } catch (error) {
    if (error.code === "EEXIST") return null;
    throw cannotWrite(root, error.code);
  }
  // Two that found the same left-over marker may both have cleared it away, the second one that of the first.
  await new Promise((done) => setTimeout(done, 50));
  if (readOr(marker, "") !== mine) return null;
  const beat = setInterval(() => utimesSync(marker, new Date(), new Date()), beatMs);
  beat.unref();
  return {
    add: (pid) => writeFileSync(marker, text([process.pid, pid])),
    release: () => {
      clearInterval(beat);
      rmSync(marker, { force: true });
    },
  };
}

function clearAway(marker) {
  const aside = `${marker}-${process.pid}`;
  try {
    renameSync(marker, aside);
    rmSync(aside, { force: true });
  } catch (error) {
    if (error.code !== "ENOENT") throw cannotWrite(marker, error.code);
  }
}

function readOr(file, otherwise) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return otherwise;
  }
}

/** Of what a tool that writes here has thrown. @throws {unknown} a Fault where writing is forbidden, else the error itself */
export function explainWrite(error) {
  if (["EACCES", "EPERM", "EROFS"].includes(error?.code)) throw cannotWrite(error.path ?? say("this-folder"), error.code);
  throw error;
}

function cannotWrite(path, code) {
  return new Fault("cannot-write", { path, code });
}
