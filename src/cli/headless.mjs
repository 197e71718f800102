// `npm run -s headless -- <verb> …`: starts the development server, which also loads the typed part of this command.
import { ensureInstalled, root } from "./install.mjs";

ensureInstalled();
const { createServer } = await import("vite");
const server = await createServer({
  root,
  appType: "custom",
  cacheDir: `${root}node_modules/.vite-headless`,
  logLevel: "silent",
  server: { port: 0, host: "127.0.0.1", hmr: false, watch: null },
});
try {
  const { main } = await server.ssrLoadModule("/src/cli/headless.ts");
  process.exitCode = await main(process.argv.slice(2), server);
} finally {
  await server.close();
}
// Something in the server's plugins may still hold the event loop. A reader of a pipe may be slower than logits of a large
// vocabulary: all output is on its way before the end.
await new Promise((resolve) => process.stdout.write("", resolve));
process.exit();
