// Claim: an adapter that computes on the CPU is known as such, also where the browser does not say so.
import { describe, expect, it } from "vitest";
import { isFallback } from "../../src/runtime/gpu.ts";

describe("isFallback", () => {
  it.each([
    [{ isFallbackAdapter: true, vendor: "nvidia" }],
    [{ vendor: "google", architecture: "swiftshader" }],
    [{ description: "Google SwiftShader Device (LLVM 16.0.0)" }],
    [{ vendor: "mesa", architecture: "" }],
    [{ description: "llvmpipe (LLVM 15.0.7, 256 bits)" }],
    [{ device: "lavapipe" }],
    [{ vendor: "microsoft", architecture: "warp" }],
    [{ description: "Microsoft Basic Render Driver" }],
  ])("holds for %j", (info) => {
    expect(isFallback(info)).toBe(true);
  });

  it.each([
    [{ isFallbackAdapter: false, vendor: "nvidia", architecture: "hopper" }],
    [{ vendor: "apple", architecture: "metal-3" }],
    [{ vendor: "intel", description: "Mesa Intel(R) UHD Graphics (CML GT2)" }],
    [{ vendor: "amd", description: "AMD Radeon RX 6600 (RADV NAVI23)" }],
    [{}],
  ])("does not hold for %j", (info) => {
    expect(isFallback(info)).toBe(false);
  });
});
