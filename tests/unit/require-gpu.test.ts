import { describe, expect, it } from "vitest";
import { buildCommand } from "../../src/cli/build-request.ts";
import { helpText } from "../../src/cli/help.ts";
import { parseCommand, verbs, type VerbName } from "../../src/cli/options.ts";
import { failureOf } from "../support/errors.ts";
import { english, french } from "../support/words.ts";

function build(...argv: readonly string[]) {
  const command = parseCommand(argv);
  if (command === "help" || "helpOf" in command) throw new Error("help was not asked for");
  return buildCommand(command.verb, command.values).request;
}

describe("--require-gpu", () => {
  it("is an option of every verb, off by default", () => {
    for (const verb of Object.keys(verbs) as VerbName[]) expect(parseCommand([verb, "--require-gpu"])).toMatchObject({ verb });
    expect(build("engines")).toMatchObject({ requireGpu: false });
    expect(build("engines", "--require-gpu")).toMatchObject({ requireGpu: true });
    expect(build("engines", "--require-gpu", "--ep", "webgpu")).toMatchObject({ requireGpu: true, provider: "webgpu" });
  });

  it("excludes WASM by name, before a browser is started", async () => {
    const failure = await failureOf(() => build("engines", "--require-gpu", "--ep", "wasm"));
    expect(failure).toMatchObject({ code: "cli/usage", message: expect.stringContaining("--ep wasm") });
  });

  it("is explained with the key that answers have without it", () => {
    for (const speaker of [english, french]) expect(helpText(speaker)).toContain('"fallback": true');
  });
});
