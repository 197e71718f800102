// Runs the headless command many times on one server: reads the arguments of each from a line, as JSON, and prints what the command
// prints, a line each. Most of what a single command costs is this beginning.
import { createInterface } from "node:readline";
import { withServer } from "../../src/cli/server.mjs";

await withServer("/src/cli/headless.ts", async (main, server) => {
  for await (const line of createInterface({ input: process.stdin })) await main(JSON.parse(line), server);
  return 0;
});
process.exit();
