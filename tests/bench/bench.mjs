// `npm run bench`: times Atelier beside others, as main.ts says.
import { inOneLine } from "../../src/cli/fault.mjs";
import { ensureInstalled } from "../../src/cli/install.mjs";
import { withServer } from "../../src/cli/server.mjs";

await inOneLine(async () => {
  await ensureInstalled({ isWhole: false });
  process.exitCode = await withServer("/tests/bench/main.ts", (main, server) => main(process.argv.slice(2), server));
});
// A reader of a pipe may be slower; something in the server's plugins may still hold the event loop.
await new Promise((resolve) => process.stdout.write("", resolve));
process.exit();
