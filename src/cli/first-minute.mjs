// `node src/cli/first-minute.mjs [sample …]`: measures what a newcomer meets, as src/cli/first-minute.ts says.
import { inOneLine } from "./fault.mjs";
import { ensureInstalled, orDamaged, root } from "./install.mjs";

await inOneLine(async () => {
  await ensureInstalled();
  const { createServer } = await orDamaged(() => import("vite"));
  const server = await createServer({
    root,
    appType: "custom",
    cacheDir: `${root}node_modules/.vite-headless`,
    logLevel: "silent",
    server: { port: 0, host: "127.0.0.1", hmr: false, watch: null },
  });
  try {
    const { main } = await server.ssrLoadModule("/src/cli/first-minute.ts");
    process.exitCode = await main(root, process.argv.slice(2), server);
  } finally {
    await server.close();
  }
});
process.exit();
