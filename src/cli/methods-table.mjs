// `node src/cli/methods-table.mjs [--ep wasm|webgpu] [--quant NAME] [--steps N] [--facts N] [--ask-every N] [--no-resume] [kind …]`: trains the bundled base by each method, as src/cli/methods-table.ts says.
import { inOneLine } from "./fault.mjs";
import { ensureInstalled, root } from "./install.mjs";
import { withServer } from "./server.mjs";

await inOneLine(async () => {
  await ensureInstalled({ isWhole: false });
  process.exitCode = await withServer("/src/cli/methods-table.ts", (main, server) => main(root, process.argv.slice(2), server));
});
process.exit();
