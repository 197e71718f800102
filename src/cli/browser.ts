// Opens the headless page in Chromium and takes in the files it makes. The profile is a folder of its own, so that nothing
// of one call is left to the next.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright";
import type { ViteDevServer } from "vite";
import { AtelierError } from "../base/errors.ts";
import type { Text } from "../words/message.ts";
import { chromiumFlags, ensureChromium } from "./chromium.mjs";
import { peakPageBytes } from "./process-memory.ts";
import { fileRoles, outputPath } from "./request.ts";

const pagePath = "/headless";

/** Only a machine that does nothing at all takes so long to start a browser and a page. */
const startMs = 300_000;

const html = `<!doctype html><meta charset="utf-8">
${fileRoles.map((role) => `<input type="file" multiple id="${role}">`).join("\n")}
<script type="module" src="/src/cli/page/page.ts"></script>`;

export interface OpenPage {
  readonly page: Page;
  /** What the page has made so far, by name. */
  readonly outputs: ReadonlyMap<string, Buffer>;
  close(): Promise<void>;
}

/** @throws AtelierError `cli/no-browser`, `cli/page-failed` */
export async function openPage(server: ViteDevServer, tell: (line: Text) => void): Promise<OpenPage> {
  const outputs = serve(server);
  if (server.httpServer?.listening !== true) await server.listen();
  const profile = mkdtempSync(join(tmpdir(), "atelier-headless-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: browserPath(),
    headless: true,
    args: chromiumFlags,
    handleSIGINT: false,
    timeout: startMs,
  });
  context.setDefaultTimeout(startMs);
  const close = async (): Promise<void> => {
    await context.close();
    rmSync(profile, { recursive: true, force: true });
  };
  const page = context.pages()[0] ?? (await context.newPage());
  const faults: string[] = [];
  page.on("pageerror", ({ message }) => faults.push(message));
  try {
    await page.exposeFunction("atelierProgress", tell);
    await page.exposeFunction("atelierPeakBytes", peakPageBytes);
    await page.goto(`${server.resolvedUrls?.local[0] ?? ""}${pagePath.slice(1)}`);
    await page.waitForFunction(() => window.atelierHeadless !== undefined);
  } catch (cause) {
    await close();
    if (faults.length === 0) throw new AtelierError("cli/page-failed", {}, { cause });
    throw new AtelierError("cli/page-failed#saying", { faults: faults.join(" ") }, { cause });
  }
  return { page, outputs, close };
}

function browserPath(): string {
  try {
    return ensureChromium();
  } catch (cause) {
    throw new AtelierError("cli/no-browser", {}, { cause });
  }
}

/** What the page of a server has made. */
const madeBy = new WeakMap<ViteDevServer, Map<string, Buffer>>();

/**
 * The page itself, and the place that it sends files to. The server listens on this machine only. It may serve one command after the
 * other: what the last one made is gone then.
 */
function serve(server: ViteDevServer): Map<string, Buffer> {
  const before = madeBy.get(server);
  before?.clear();
  if (before) return before;
  const { middlewares, config } = server;
  const outputs = new Map<string, Buffer>();
  madeBy.set(server, outputs);
  middlewares.use((request, response, next) => {
    const path = request.url ?? "";
    if (path === pagePath) {
      for (const [name, value] of Object.entries(config.server.headers ?? {})) response.setHeader(name, String(value));
      response.setHeader("Content-Type", "text/html").end(html);
    } else if (request.method === "PUT" && path.startsWith(outputPath)) {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        outputs.set(decodeURIComponent(path.slice(outputPath.length)), Buffer.concat(chunks));
        response.end();
      });
    } else {
      next();
    }
  });
  return outputs;
}
