// `node src/cli/first-minute.mjs [sample …]`: measures what a newcomer meets, as src/cli/first-minute.ts says.
import { inOneLine } from "./fault.mjs";
import { ensureInstalled, root } from "./install.mjs";
import { withServer } from "./server.mjs";

await inOneLine(async () => {
  await ensureInstalled();
  process.exitCode = await withServer("/src/cli/first-minute.ts", (main, server) => main(root, process.argv.slice(2), server));
});
process.exit();
