// `npm test`: installs what is missing, then runs all checks and tests, the quick ones first. Every part runs even where an
// earlier one failed. The last line counts: a check is one, a test is one.
import { spawn } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { ensureChromium } from "./chromium.mjs";
import { checkFamilies } from "./families.mjs";
import { inOneLine } from "./fault.mjs";
import { ensureInstalled, root } from "./install.mjs";

const results = `${root}test-results/`;

const checks = [
  ["format", "oxfmt", "--check"],
  ["lint", "oxlint", "--type-aware"],
  ["types", "tsc", "--noEmit"],
  ["unused code", "knip"],
];

/** In the order in which they run. Each project of Vitest is a process; those of a line run side by side, since a browser leaves half of two cores idle. */
const suites = [["unit"], ["parity", "browser"]];

const total = { passed: 0, failed: 0, skipped: 0 };

await inOneLine(async () => {
  await ensureInstalled();
  ensureChromium();
});
rmSync(results, { recursive: true, force: true });
for (const [name, ...command] of checks) count(name, await run(name, command));
for (const beside of suites) {
  const running = beside.map((name, at) => runVitest(name, at === 0));
  for (const [at, name] of beside.entries()) {
    const { status, output } = await running[at];
    process.stdout.write(output);
    count(name, status, vitestCounts(`${results}${name}.json`));
  }
}
countFamilies();
count("e2e", await run("e2e", ["playwright", "test", "--project", "journeys"]), playwrightCounts(`${results}e2e.json`));
console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** @returns the exit status; what is printed is shown as it comes */
async function run(name, command) {
  return (await start(name, command, true)).status;
}

function runVitest(name, isShown) {
  const reports = ["--reporter=default", "--reporter=json", `--outputFile.json=${results}${name}.json`];
  return start(name, ["vitest", "run", "--project", name, ...reports], isShown);
}

/** @returns the exit status and, where it is not shown as it comes, what was printed */
function start(name, [program, ...args], isShown) {
  let output = "";
  const say = (text) => {
    if (isShown) process.stdout.write(text);
    else output += text;
  };
  say(`\n── ${name}: ${program} ${args.filter((arg) => !arg.startsWith("--output") && !arg.startsWith("--reporter")).join(" ")}\n`);
  const since = Date.now();
  const child = spawn("npx", ["--no-install", program, ...args], {
    cwd: root,
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", say);
  return new Promise((resolve) => {
    child.on("close", (status) => {
      say(`── ${name}: ${status === 0 ? "ok" : "FAILED"} in ${Math.round((Date.now() - since) / 1000)} s\n`);
      resolve({ status, output });
    });
  });
}

/** A check is one test. A suite that failed without a failed test, or ran none, could not start: one failure. */
function count(name, status, suite) {
  const counts = suite ?? { passed: status === 0 ? 1 : 0, failed: status === 0 ? 0 : 1, skipped: 0 };
  const broken = status !== 0 || counts.passed === 0;
  const failed = broken ? Math.max(1, counts.failed) : counts.failed;
  if (failed > 0) console.log(`${name}: ${failed} failed`);
  total.passed += counts.passed;
  total.failed += failed;
  total.skipped += counts.skipped;
}

/** The README's table is one check. */
function countFamilies() {
  const fault = orMessage(checkFamilies);
  if (fault) console.log(fault);
  count("table of families", fault ? 1 : 0);
}

function orMessage(check) {
  try {
    return check();
  } catch (error) {
    return error.message;
  }
}

function vitestCounts(file) {
  const { numPassedTests: passed = 0, numFailedTests: failed = 0, numPendingTests: skipped = 0 } = readJson(file);
  return { passed, failed, skipped };
}

function playwrightCounts(file) {
  const { expected: passed = 0, unexpected: failed = 0, flaky = 0, skipped = 0 } = readJson(file).stats ?? {};
  return { passed, failed: failed + flaky, skipped };
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return {};
  }
}
