// `npm test`: installs what is missing, then runs all checks and tests, the quick ones first. Every part runs even where an
// earlier one failed. The last line counts: a check is one, a test is one.
import { spawnSync } from "node:child_process";
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

/** In the order in which they run; each project of Vitest is a process, so that one browser is open at a time. */
const suites = [
  ["unit", "vitest", "run", "--project", "unit"],
  ["parity", "vitest", "run", "--project", "parity"],
  ["browser", "vitest", "run", "--project", "browser"],
];

const total = { passed: 0, failed: 0, skipped: 0 };

await inOneLine(async () => {
  await ensureInstalled();
  ensureChromium();
});
rmSync(results, { recursive: true, force: true });
for (const [name, ...command] of checks) count(name, run(name, command));
for (const [name, ...command] of suites) {
  const file = `${results}${name}.json`;
  const status = run(name, [...command, "--reporter=default", "--reporter=json", `--outputFile.json=${file}`]);
  count(name, status, vitestCounts(file));
}
countFamilies();
count("e2e", run("e2e", ["playwright", "test", "--project", "journeys"]), playwrightCounts(`${results}e2e.json`));
console.log(`\n${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ""}`);
process.exitCode = total.failed > 0 ? 1 : 0;

function run(name, [program, ...args]) {
  console.log(`\n── ${name}: ${program} ${args.filter((arg) => !arg.startsWith("--output") && !arg.startsWith("--reporter")).join(" ")}`);
  const since = Date.now();
  const { status } = spawnSync("npx", ["--no-install", program, ...args], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  console.log(`── ${name}: ${status === 0 ? "ok" : "FAILED"} in ${Math.round((Date.now() - since) / 1000)} s`);
  return status;
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
