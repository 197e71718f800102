import { describe, expect, it } from "vitest";
import { failure, runtimeError } from "../../src/runtime/runtime-error.ts";
import { AtelierError, fromErrorRecord, isErrorRecord, toErrorRecord } from "../../src/base/errors.ts";
import { told } from "../support/errors.ts";

describe("error records", () => {
  it("survive structured clone and come back as the same error", () => {
    const cause = new Error("the runtime's words");
    const record = toErrorRecord(new AtelierError("model/tensor-shape", { tensor: "x", found: "1, 2", expected: "2, 1" }, { cause }));
    const back = toErrorRecord(fromErrorRecord(structuredClone(record)));
    expect(back).toEqual(record);
    expect(back).toMatchObject({ code: "model/tensor-shape", params: { tensor: "x", found: "1, 2", expected: "2, 1" } });
    expect(told(back).message).toBe("Tensor x has shape [1, 2]; config.json asks for [2, 1].");
    expect(back.details).toContain("the runtime's words");
  });

  it("keep a record that is thrown as it is", () => {
    const record = { code: "a/b", key: "engine/read", params: {} };
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

  it("say of memory that this tab cannot have that something is too large, whoever says it", () => {
    const fromThisEngine = [() => new Float32Array(2 ** 53 - 1), () => "x".repeat(2 ** 30)].map((ask) => {
      try {
        return void ask();
      } catch (error) {
        return error;
      }
    });
    const elsewhere = [
      new RangeError("Array buffer allocation failed"),
      new RangeError("Invalid array buffer length"),
      new RangeError("WebAssembly.Memory.grow(): Unable to grow instance memory"),
      new RangeError("createBuffer failed, size (8589934592) is too large for the implementation when mappedAtCreation == true"),
      new RangeError("Out of memory"),
      new TypeError("Unserializable return value"),
      Object.assign(new Error("allocation size overflow"), { name: "InternalError" }),
      new DOMException("Data cannot be cloned, out of memory.", "DataCloneError"),
    ];
    for (const thrown of [...fromThisEngine, ...elsewhere]) {
      const record = told(toErrorRecord(thrown));
      expect(record, String(thrown)).toMatchObject({ code: "host/out-of-memory", message: expect.stringContaining("too large") });
      expect(record.hint).toMatch(/^Choose a smaller/);
      expect(record.details).toBeTruthy();
      expect(runtimeError(failure("engine/run", { graph: "block" }), thrown).code).toBe("engine/out-of-memory");
    }
  });

  it.each([
    ["A valid external Instance reference no longer exists: device lost", "engine/device-lost", "The browser took the GPU away."],
    ["std::bad_alloc", "engine/out-of-memory", "Memory ran out."],
    ["something else", "engine/run", ""],
  ])("say of the runtime's %j what was being done, and why it failed", (words, code, why) => {
    const record = told(toErrorRecord(runtimeError(failure("engine/run", { graph: "block" }), new Error(words))));
    expect(record.code).toBe(code);
    expect(record.message).toBe(`The graph "block" failed while it ran. ${why}`.trim());
    expect(record.details).toContain(words);
  });

  it.each([
    new RangeError("Invalid typed array length: -5"),
    new RangeError("Maximum call stack size exceeded"),
    new RangeError("Offset is outside the bounds of the DataView"),
    new DOMException("function could not be cloned.", "DataCloneError"),
    new Error("out of memory, says a file's name"),
  ])("do not take a fault for a lack of memory: %s", (thrown) => {
    expect(toErrorRecord(thrown).code).toBe("internal/unexpected");
  });

  it("are not errors themselves", () => {
    expect(isErrorRecord(new AtelierError("engine/read"))).toBe(false);
  });
});
