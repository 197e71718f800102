// `npm start`: installs what is missing, builds the site and serves it with the headers that threads need.
import { createServer } from "node:net";
import { Fault, inOneLine } from "./fault.mjs";
import { explainWrite } from "./install-lock.mjs";
import { ensureInstalled, orDamaged, root } from "./install.mjs";
import { say } from "./start-words.mjs";

const usualPort = 4173;

await inOneLine(async () => {
  const asked = process.env["PORT"];
  const port = asked === undefined ? usualPort : readPort(asked);
  await ensureInstalled();
  // Before the build, which takes a while.
  const isFree = await canListen(port);
  if (!isFree && asked !== undefined) throw inUse(port);
  if (!isFree) console.log(say("next-port", { port }));
  const { build, preview } = await orDamaged(() => import("vite"));
  console.log(say("building"));
  await orDamaged(() => build({ root, logLevel: "warn" })).catch(explainWrite);
  const server = await preview({ root, preview: { port, strictPort: asked !== undefined } }).catch((error) => {
    throw /already in use|EADDRINUSE/.test(error.message) ? inUse(port) : error;
  });
  console.log(`\n${say("ready")}`);
  server.printUrls();
});

function readPort(text) {
  const port = Number(text);
  if (text.trim() !== "" && Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Fault("no-port", { text });
}

function canListen(port) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", (error) => {
      if (error.code === "EADDRINUSE") resolve(false);
      else reject(new Fault("port-refused", { port, code: error.code }));
    });
    probe.listen({ port, host: "localhost" }, () => probe.close(() => resolve(true)));
  });
}

function inUse(port) {
  return new Fault("port-in-use", { port, other: port === 65_535 ? usualPort : port + 1 });
}
