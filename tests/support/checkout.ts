// A folder with Atelier's commands, a lock file of three small packages, and an npm that does what a test tells it: what happens
// to an installation can be tried without a registry, and without harm to the checkout's own packages.
import { spawn, type ChildProcess } from "node:child_process";
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { rootPath } from "./files.ts";

const viteCode = `import { writeFileSync } from "node:fs";
export const build = async () => writeFileSync(new URL("../../built", import.meta.url), "");
export const preview = async ({ preview: { port } }) => ({ printUrls: () => console.log("http://localhost:" + port) });
`;

const { platform, arch } = process;

/** What each package is in package-lock.json. */
const packages = {
  vite: { version: "1.2.3", dev: true },
  react: { version: "2.0.0" },
  [`engine-${platform}-${arch}-gnu`]: { version: "3.0.0", optional: true, os: [platform], cpu: [arch], libc: ["glibc"] },
  [`engine-${platform}-${arch}-musl`]: { version: "3.0.0", optional: true, os: [platform], cpu: [arch], libc: ["musl"] },
  "engine-plan9": { version: "3.0.0", optional: true, os: ["plan9"], cpu: [arch] },
  "only-elsewhere": { version: "4.0.0", optional: true },
} as const;
const installed = ["vite", "react", `engine-${platform}-${arch}-gnu`] as const;
export const nativePart = installed[2];

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export class Checkout {
  readonly root = mkdtempSync(join(tmpdir(), "atelier-install-"));
  readonly #running: ChildProcess[] = [];

  constructor() {
    for (const file of readdirSync(rootPath("src/cli")).filter((name) => name.endsWith(".mjs")))
      cpSync(rootPath(`src/cli/${file}`), this.path(`src/cli/${file}`));
    const lock = { packages: Object.fromEntries(Object.entries(packages).map(([name, entry]) => [`node_modules/${name}`, entry])) };
    this.write("package.json", '{"type": "module"}');
    this.write("package-lock.json", JSON.stringify({ lockfileVersion: 3, packages: { "": { name: "x" }, ...lock.packages } }));
    this.npm("exit 0");
  }

  path(path: string): string {
    return join(this.root, path);
  }

  write(path: string, text: string): void {
    mkdirSync(join(this.path(path), ".."), { recursive: true });
    writeFileSync(this.path(path), text);
  }

  remove(path: string): void {
    rmSync(this.path(path), { recursive: true, force: true });
  }

  has(path: string): boolean {
    return existsSync(this.path(path));
  }

  /** How often npm was run. */
  get calls(): string[] {
    return this.has("npm-calls") ? readFileSync(this.path("npm-calls"), "utf8").trim().split("\n") : [];
  }

  /** @param script what npm does, as a shell script in the checkout; the good packages lie in ../good */
  npm(script: string): void {
    this.write("bin/npm", `#!/bin/sh\necho "$@" >> npm-calls\n${script}\n`);
    chmodSync(this.path("bin/npm"), 0o755);
  }

  /** npm does its work. @param before what it waits for */
  goodNpm(before = ""): void {
    this.#packagesIn("good");
    this.npm(`rm -rf node_modules\n${before}\ncp -R good node_modules`);
  }

  /** A whole installation, as npm leaves it. */
  install(): void {
    this.#packagesIn("node_modules");
  }

  #packagesIn(folder: string): void {
    for (const name of installed)
      this.write(
        `${folder}/${name}/package.json`,
        JSON.stringify({ name, version: packages[name]?.version, type: "module", main: "index.js" }),
      );
    this.write(`${folder}/vite/index.js`, viteCode);
    this.write(`${folder}/.package-lock.json`, "{}");
  }

  /** Runs a command of Atelier to its end. */
  run(script: string, options: RunOptions = {}): Promise<Ended> {
    const child = this.begin(script, options);
    const out = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.on("data", (chunk: Buffer) => {
        out[name] += chunk.toString();
        if (name === "stderr") options.onStderr?.(out.stderr);
      });
    }
    return new Promise((resolve) => child.on("close", (status) => resolve({ status, ...out })));
  }

  begin(script: string, { env = {}, node = [], args = [], uid }: RunOptions = {}): ChildProcess {
    const child = spawn(process.execPath, [...node, this.path(`src/cli/${script}.mjs`), ...args], {
      cwd: this.root,
      env: { PATH: `${this.path("bin")}:/usr/bin:/bin`, HOME: this.root, ...env },
      ...(uid === undefined ? {} : { uid }),
    });
    this.#running.push(child);
    return child;
  }

  /** Ends what a failed test left, and the folder with it. */
  [Symbol.dispose](): void {
    for (const child of this.#running) child.kill("SIGKILL");
    this.write("go", "");
    rmSync(this.root, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  }
}

interface RunOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Options of Node itself. */
  readonly node?: readonly string[];
  /** What the command itself is given. */
  readonly args?: readonly string[];
  readonly uid?: number;
  /** Told all that was said there so far. */
  readonly onStderr?: (text: string) => void;
}
