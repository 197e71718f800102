// `npm run -s headless -- <verb> …`: starts the development server, which also loads the typed part of this command.
import { Fault } from "./fault.mjs";
import { ensureInstalled } from "./install.mjs";
import { withServer } from "./server.mjs";

process.exitCode = await run().catch((error) => {
  if (!(error instanceof Fault)) throw error;
  const { message, hint } = error;
  process.stdout.write(`${JSON.stringify({ error: { code: "cli/not-installed", message, hint } })}\n`);
  return 1;
});
// Something in the server's plugins may still hold the event loop. A reader of a pipe may be slower than logits of a large
// vocabulary: all output is on its way before the end.
await new Promise((resolve) => process.stdout.write("", resolve));
process.exit();

async function run() {
  await ensureInstalled({ isWhole: false });
  return withServer("/src/cli/headless.ts", (main, server) => main(process.argv.slice(2), server));
}
