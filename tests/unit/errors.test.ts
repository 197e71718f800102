import { describe, expect, it } from "vitest";
import { AtelierError, fromErrorRecord, isErrorRecord, toErrorRecord } from "../../src/base/errors.ts";

describe("error records", () => {
  it("survive structured clone and come back as the same error", () => {
    const cause = new Error("the runtime's words");
    const record = toErrorRecord(new AtelierError("area/what", "It broke.", "Mend it.", { cause }));
    const back = toErrorRecord(fromErrorRecord(structuredClone(record)));
    expect(back).toEqual(record);
    expect(back).toMatchObject({ code: "area/what", message: "It broke.", hint: "Mend it." });
    expect(back.details).toContain("the runtime's words");
  });

  it("keep a record that is thrown as it is", () => {
    const record = { code: "a/b", message: "m", hint: "h" };
    expect(toErrorRecord(record)).toBe(record);
  });

  it.each([[new TypeError("x is not a function")], ["a string"], [undefined], [null], [{ code: "half a record" }]])(
    "name anything else a fault of Atelier: %s",
    (thrown) => {
      const record = toErrorRecord(thrown);
      expect(record.code).toBe("internal/unexpected");
      expect(isErrorRecord(JSON.parse(JSON.stringify(record)))).toBe(true);
    },
  );

  it("keep the stack of what was unexpected", () => {
    expect(toErrorRecord(new RangeError("too far")).details).toContain("errors.test");
  });

  it("are not errors themselves", () => {
    expect(isErrorRecord(new AtelierError("a/b", "m", "h"))).toBe(false);
  });
});
