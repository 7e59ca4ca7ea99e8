import { describe, expect, it } from "vitest";
import type { StepView } from "./build";
import { step } from "./events.testing";
import { CELL_H, layout } from "./graph-layout";

const view = (id: string, stage: string, index: number, line: number, inputs: string[] = [], more: Partial<StepView> = {}): StepView => ({
  step: step(id, { stage, index, line, inputs }),
  state: "waiting", started: null, completed: null, error: "", progress: {}, cut: "", ...more,
});

const three = [
  view("f1", "final", 1, 10),
  view("f2", "final", 2, 11, ["f1", "d2"]),
  view("f3", "final", 3, 12, ["f2", "a1"]),
  view("d1", "deps", 1, 1),
  view("d2", "deps", 2, 2, ["d1"]),
  view("a1", "assets", 1, 5),
];
const at = (l: ReturnType<typeof layout>, id: string) => l.cells.find((c) => c.id === id);

describe("layout", () => {
  it("orders the stages by their lines, whatever came first", () => {
    expect(layout(three, 900).columns.map((c) => c.stage)).toEqual(["deps", "assets", "final"]);
  });

  it("stacks a stage's steps and wires them straight down", () => {
    const l = layout(three, 900);
    expect((at(l, "d2")?.y ?? 0) - (at(l, "d1")?.y ?? 0)).toBeGreaterThan(CELL_H);
    expect(l.wires.filter((w) => w.kind === "wire").map((w) => `${w.from}>${w.to}`)).toEqual(["d1>d2", "f1>f2", "f2>f3"]);
  });

  it("draws an arrow for each input from another stage, at right angles only", () => {
    const arrows = layout(three, 900).wires.filter((w) => w.kind === "arrow");
    expect(arrows.map((w) => `${w.from}>${w.to}`)).toEqual(["d2>f2", "a1>f3"]);
    for (const arrow of arrows) expect(arrow.path).toMatch(/^M[\d.]+ [\d.]+([HV][\d.]+)+$/);
  });

  it("leads an arrow over a stage in between below all cells", () => {
    const l = layout(three, 900);
    const path = l.wires.find((w) => w.from === "d2")?.path ?? "";
    const deepest = Math.max(...[...path.matchAll(/V([\d.]+)/g)].map((m) => Number(m[1])));
    expect(deepest).toBeGreaterThan(Math.max(...l.cells.map((c) => c.y + CELL_H)));
    expect(deepest).toBeLessThan(l.height);
  });

  it("gives two sources lanes of their own", () => {
    const l = layout([...three, view("f4", "final", 4, 13, ["d1"])], 900);
    const lane = (from: string) => /H([\d.]+)/.exec(l.wires.find((w) => w.kind === "arrow" && w.from === from)?.path ?? "")?.[1];
    expect(lane("d1")).not.toBe(lane("d2"));
  });

  it("never makes cells too narrow to read: it grows wider instead", () => {
    const l = layout(three, 300);
    expect(l.cellWidth).toBeGreaterThanOrEqual(170);
    expect(l.width).toBeGreaterThan(300);
    expect(layout(three, 900).width).toBeLessThanOrEqual(900);
  });

  it("ends the last stage with the image and hides what went well before the build", () => {
    const inner = view("load", "", 0, 0);
    inner.step = { ...inner.step, kind: "internal" };
    const image = view("image", "", 0, 0);
    image.step = { ...image.step, kind: "export" };
    const l = layout([inner, ...three, image], 900);
    expect(at(l, "load")).toBeUndefined();
    expect(at(l, "image")).toMatchObject({ column: 2, row: 3 });
    const failed = layout([{ ...inner, state: "failed" }, ...three], 900);
    expect(failed.columns[0]?.stage).toBe("before the build");
  });

  it("does not grow when the export is announced at last", () => {
    const image = view("image", "", 0, 0);
    image.step = { ...image.step, kind: "export" };
    expect(layout([...three, image], 900).height).toBe(layout(three, 900).height);
  });

  it("is empty for no steps", () => {
    expect(layout([], 900)).toMatchObject({ cells: [], wires: [], width: 0 });
  });

  it("keeps every coordinate finite where an input points backwards", () => {
    const l = layout([view("a", "one", 1, 1, ["b"]), view("b", "two", 1, 2)], 600);
    expect(l.wires.map((w) => w.path).join()).not.toMatch(/NaN|undefined|-/);
  });
});
