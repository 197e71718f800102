// The development server that loads the typed part of a command and serves the page that it opens.
import { explainWrite } from "./install-lock.mjs";
import { orDamaged, root } from "./install.mjs";

/**
 * @param {string} path of the module, from the root; its `main` gets the server
 * @param {(main: Function, server: import("vite").ViteDevServer) => Promise<number>} run
 * @returns {Promise<number>} the exit code
 */
export async function withServer(path, run) {
  const { createServer } = await orDamaged(() => import("vite"));
  const server = await orDamaged(() =>
    createServer({
      root,
      appType: "custom",
      cacheDir: `${root}node_modules/.vite-headless`,
      logLevel: "silent",
      server: { port: 0, host: "127.0.0.1", hmr: false, watch: null },
    }),
  ).catch(explainWrite);
  try {
    const { main } = await orDamaged(() => server.ssrLoadModule(path));
    return await run(main, server);
  } finally {
    await server.close();
  }
}
