import { describe, expect, it } from "vitest";
import { parseAnsi, plain } from "./ansi";

const E = "\u001b";

describe("parseAnsi", () => {
  it("leaves plain text alone", () => {
    expect(parseAnsi("hello <b>")).toEqual([{ text: "hello <b>", cls: "" }]);
  });

  it("makes classes of colours and styles, and ends them", () => {
    expect(parseAnsi(`a${E}[1;31mred${E}[0m b`)).toEqual([
      { text: "a", cls: "" },
      { text: "red", cls: "b fg1" },
      { text: " b", cls: "" },
    ]);
  });

  it("knows bright colours and backgrounds", () => {
    expect(parseAnsi(`${E}[92;44mx`)[0]?.cls).toBe("fg10 bg4");
  });

  it("takes one style off and keeps the others", () => {
    expect(parseAnsi(`${E}[1;4;32mx${E}[22my${E}[39mz`).map((s) => s.cls)).toEqual(["b u fg2", "u fg2", "u"]);
  });

  it("brings 256 and true colours down to sixteen", () => {
    expect(parseAnsi(`${E}[38;5;196mx`)[0]?.cls).toBe("fg9");
    expect(parseAnsi(`${E}[38;2;0;200;0mx`)[0]?.cls).toBe("fg10");
    expect(parseAnsi(`${E}[38;2;10;10;10;1mx`)[0]?.cls).toBe("b fg8");
  });

  it("drops what moves cursors, links and titles", () => {
    expect(plain(`${E}[2K${E}[1Ga${E}]8;;http://x${E}\\b${E}]0;t\u0007c`)).toBe("abc");
  });

  it("shows only what a progress bar wrote last", () => {
    expect(plain("10 %\r50 %\r100 %")).toBe("100 %");
    expect(plain("windows line\r")).toBe("windows line");
  });

  it("never lets an escape through, however broken", () => {
    for (const text of [`${E}`, `${E}[`, `${E}[31`, `${E}[999999m`, `${E}]never ends`]) {
      expect(parseAnsi(text).map((s) => s.text).join("")).not.toContain(E);
    }
  });
});
