// The browser that contestants' pages open in, and the server of the peers' pages. Atelier's page comes from the development server, which
// knows its sources; peers' packages are served as they are, so that nobody's code is changed. All pages are isolated: threads need that.
import { createReadStream, existsSync, mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, type BrowserContext } from "playwright";
import type { ViteDevServer } from "vite";
import { chromiumFlags, ensureChromium } from "../../src/cli/chromium.mjs";

export interface Browser {
  readonly context: BrowserContext;
  /** Of Atelier's page, or of the page of a peer's script. */
  readonly url: (script: string | null) => string;
  readonly close: () => Promise<void>;
}

const here = fileURLToPath(new URL("./", import.meta.url));
const atelierPage = "/bench-atelier";

const pageOf = (script: string): string =>
  `<!doctype html><meta charset="utf-8"><input type="file" id="model"><script type="module" src="${script}"></script>`;

const types: Readonly<Record<string, string>> = {
  ".mjs": "text/javascript",
  ".js": "text/javascript",
  ".wasm": "application/wasm",
  ".html": "text/html",
};

const isolation = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
  "Cross-Origin-Resource-Policy": "same-origin",
};

export async function openBrowser(vite: ViteDevServer): Promise<Browser> {
  if (vite.httpServer?.listening !== true) await vite.listen();
  vite.middlewares.use(atelierPage, (_request, response) => {
    for (const [name, value] of Object.entries(isolation)) response.setHeader(name, value);
    response.setHeader("Content-Type", "text/html").end(pageOf("/tests/bench/page/atelier.ts"));
  });
  const peers = await servePeers();
  const profile = mkdtempSync(join(tmpdir(), "atelier-bench-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: ensureChromium(),
    headless: true,
    args: chromiumFlags,
  });
  return {
    context,
    url: (script) => (script === null ? `${vite.resolvedUrls?.local[0] ?? ""}${atelierPage.slice(1)}` : `${peers.origin}/page/${script}`),
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
      peers.close();
    },
  };
}

/** Listens on this machine only. /page/NAME is the page of a script; all else are files of this folder. */
async function servePeers(): Promise<{ readonly origin: string; close(): void }> {
  const server = createServer((request, response) => {
    const path = decodeURIComponent(new URL(request.url ?? "/", "http://localhost").pathname);
    for (const [name, value] of Object.entries(isolation)) response.setHeader(name, value);
    if (path.startsWith("/page/")) {
      response.setHeader("Content-Type", "text/html").end(pageOf(`/peers/${path.slice("/page/".length)}`));
      return;
    }
    const file = join(here, path);
    if (!existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    response.setHeader("Content-Type", types[extname(file)] ?? "application/octet-stream");
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
