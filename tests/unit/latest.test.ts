// Claim: of several things that are being opened, the one asked for last is the one that is there in the end, in every order of arrival.
import { describe, expect, it } from "vitest";
import { Latest } from "../../src/session/data/latest.ts";

/** Something that arrives, or fails, when the test says so. */
function arrival() {
  let arrive: (value: string) => void = () => undefined;
  let fail: (error: Error) => void = () => undefined;
  const promise = new Promise<string>((resolve, reject) => {
    arrive = resolve;
    fail = reject;
  });
  return { make: () => promise, arrive, fail };
}

const orders = [
  [0, 1, 2],
  [0, 2, 1],
  [1, 0, 2],
  [1, 2, 0],
  [2, 0, 1],
  [2, 1, 0],
] as const;

describe("the latest", () => {
  it.each(orders)("of three is the third, when they arrive in the order %i, %i, %i", async (...order) => {
    const latest = new Latest<string>();
    const three = [arrival(), arrival(), arrival()];
    const opened = three.map(({ make }) => latest.open(make));
    const waited = latest.settled();
    for (const at of order) {
      expect(latest.ready).toBe(order.indexOf(2) < order.indexOf(at) ? "value 2" : undefined);
      three[at]?.arrive(`value ${at}`);
      await opened[at];
    }
    expect(latest.ready).toBe("value 2");
    expect(await waited).toBe("value 2");
  });

  it("is nothing after it was closed, even where it arrives later", async () => {
    const latest = new Latest<string>();
    const slow = arrival();
    const opened = latest.open(slow.make);
    const waited = latest.settled();
    latest.close();
    slow.arrive("late");
    await opened;
    expect([latest.ready, await waited, await latest.settled()]).toEqual([undefined, undefined, undefined]);
  });

  it("stays what it was where the next fails; who waits for that one is told", async () => {
    const latest = new Latest<string>();
    await latest.open(() => Promise.resolve("first"));
    const bad = arrival();
    const opened = latest.open(bad.make).catch((error: Error) => error.message);
    const waited = latest.settled().catch((error: Error) => error.message);
    expect(latest.ready).toBeUndefined();
    bad.fail(new Error("no such file"));
    expect([await opened, await waited]).toEqual(["no such file", "no such file"]);
    expect([latest.ready, await latest.settled()]).toEqual(["first", "first"]);
  });

  it("is not disturbed by an earlier one that fails late", async () => {
    const latest = new Latest<string>();
    const slow = arrival();
    const opened = latest.open(slow.make).catch((error: Error) => error.message);
    const waited = latest.settled();
    await latest.open(() => Promise.resolve("second"));
    slow.fail(new Error("too late"));
    expect([await opened, await waited, latest.ready]).toEqual(["too late", "second", "second"]);
  });
});
