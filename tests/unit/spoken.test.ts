// Claim: what the command prints has every word in its language, and all else as the page gave it.
import { describe, expect, it } from "vitest";
import { AtelierError, toErrorRecord } from "../../src/base/errors.ts";
import { spoken } from "../../src/cli/spoken.ts";
import { commas, sentences, words } from "../../src/words/message.ts";
import { english, french } from "../support/words.ts";

const answer = {
  steps: 1200,
  loss: 0.5,
  nothing: null,
  notes: [words("cli/loss-not-finite", { steps: 1200 }), sentences([words("help/verbs"), "chat"]), commas(["a", "b"])],
  failure: toErrorRecord(new AtelierError("cli/no-such-file", { path: "/a" })),
};

describe("spoken", () => {
  it("puts words and lists into the language, and leaves names and numbers", () => {
    const { details: _, ...failure } = answer.failure;
    expect(spoken({ ...answer, failure }, english)).toEqual({
      ...answer,
      notes: ["The validation loss after 1,200 steps is not finite.", "Verbs: chat", "a, b"],
      failure: { code: "cli/no-such-file", message: "There is no /a.", hint: "Check the path." },
    });
    expect(spoken({ ...answer, failure }, french)).toMatchObject({
      steps: 1200,
      notes: ["La perte de validation après 1\u202F200 étapes n’est pas un nombre fini.", "Verbes\u00A0: chat", "a, b"],
      failure: { code: "cli/no-such-file", message: "/a n’existe pas.", hint: "Vérifiez le chemin." },
    });
  });

  it.each([
    { key: 3, params: 3 },
    { list: 3, join: 3 },
    { code: 3, key: 3, params: 3 },
  ])("leaves counts by the keys of a file, whatever these are called: %j", (ignored) => {
    for (const speaker of [english, french]) expect(spoken({ ignored }, speaker)).toEqual({ ignored });
  });
});
