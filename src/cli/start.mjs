// `npm start`: installs what is missing, builds the site and serves it with the headers that threads need.
import { ensureInstalled, root } from "./install.mjs";

ensureInstalled();
const { build, preview } = await import("vite");
console.log("Building Atelier …");
await build({ root, logLevel: "warn" });
const port = Number(process.env["PORT"] ?? 4173);
const server = await preview({ root, preview: { port } });
console.log("\nAtelier is ready. Open one of these, then drop a JSONL file on the page:");
server.printUrls();
