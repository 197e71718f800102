// `node src/cli/methods.mjs [--ep wasm|webgpu] [--quant NAME] [kind …]`: trains the bundled base by each method, as src/cli/methods.ts says.
import { inOneLine } from "./fault.mjs";
import { ensureInstalled, root } from "./install.mjs";
import { withServer } from "./server.mjs";

await inOneLine(async () => {
  await ensureInstalled();
  process.exitCode = await withServer("/src/cli/methods-table.ts", (main, server) => main(root, process.argv.slice(2), server));
});
process.exit();
