import { describe, expect, it } from "vitest";
import { ago, bytes, commandText, memory, plural, seconds, shortTitle } from "./format";

describe("format", () => {
  it.each([[0, "0 B"], [999, "999 B"], [1000, "1.0 kB"], [12_345, "12 kB"], [4_270_000, "4.3 MB"], [999_900_000, "1.0 GB"]])("bytes(%i) is %s", (n, text) => {
    expect(bytes(n)).toBe(text);
  });

  it("says memory as the engine counts it", () => {
    expect([memory(128 * 2 ** 20), memory(2 ** 30)]).toEqual(["128 MiB", "1 GiB"]);
  });

  it("says times", () => {
    expect([seconds(0.04), seconds(59.94), seconds(61.2)]).toEqual(["0.0 s", "59.9 s", "1 min 01 s"]);
  });

  it("says how long ago", () => {
    const now = Date.parse("2026-01-02T12:00:00Z");
    const at = (s: number) => ago(new Date(now - s * 1000).toISOString(), now);
    expect([at(3), at(-50), at(60), at(3600), at(86_400 * 3)]).toEqual(["just now", "just now", "1 minute ago", "1 hour ago", "3 days ago"]);
  });

  it("quotes a command only where it must", () => {
    expect(commandText(["sh", "-c", "echo 'hi'"])).toBe(`sh -c 'echo '\\''hi'\\'''`);
  });

  it("counts", () => {
    expect([plural(1, "file"), plural(2, "file"), plural(2, "entry", "entries")]).toEqual(["1 file", "2 files", "2 entries"]);
  });

  it("cuts BuildKit's prefix", () => {
    expect(shortTitle("[build 3/4]  RUN   make")).toBe("RUN make");
  });
});
