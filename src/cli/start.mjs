// `npm start`: installs what is missing, builds the site and serves it with the headers that threads need.
import { createServer } from "node:net";
import { Fault, inOneLine } from "./fault.mjs";
import { cannotWrite } from "./install-lock.mjs";
import { ensureInstalled, orDamaged, root } from "./install.mjs";

const usualPort = 4173;

await inOneLine(async () => {
  const asked = process.env["PORT"];
  const port = asked === undefined ? usualPort : readPort(asked);
  await ensureInstalled();
  // Before the build, which takes a while.
  const isFree = await canListen(port);
  if (!isFree && asked !== undefined) throw inUse(port);
  if (!isFree) console.log(`Port ${port} is in use; taking the next one that is free.`);
  const { build, preview } = await orDamaged(() => import("vite"));
  console.log("Building Atelier …");
  await orDamaged(() => build({ root, logLevel: "warn" })).catch(explainBuild);
  const server = await preview({ root, preview: { port, strictPort: asked !== undefined } }).catch((error) => {
    throw /already in use|EADDRINUSE/.test(error.message) ? inUse(port) : error;
  });
  console.log("\nAtelier is ready. Open one of these, then drop a JSONL file on the page:");
  server.printUrls();
});

function readPort(text) {
  const port = Number(text);
  if (text.trim() !== "" && Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Fault(`PORT is "${text}", which is no port.`, "Set it to a number from 1024 to 65535, as in PORT=4174 npm start.");
}

function canListen(port) {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.on("error", (error) => {
      if (error.code === "EADDRINUSE") resolve(false);
      else reject(new Fault(`Port ${port} cannot be used (${error.code}).`, "Choose another, as in PORT=4174 npm start."));
    });
    probe.listen({ port, host: "localhost" }, () => probe.close(() => resolve(true)));
  });
}

function inUse(port) {
  return new Fault(
    `Port ${port} is in use, perhaps by another Atelier.`,
    `End that one, or choose another port, as in PORT=${port === 65_535 ? usualPort : port + 1} npm start.`,
  );
}

function explainBuild(error) {
  if (["EACCES", "EPERM", "EROFS"].includes(error?.code)) throw cannotWrite(error.path ?? root, error.code);
  throw error;
}
