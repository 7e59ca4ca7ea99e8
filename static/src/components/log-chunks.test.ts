import { beforeEach, describe, expect, it } from "vitest";
import type { LogLine } from "../stores/log";
import { LogChunks } from "./log-chunks";

const line = (text: string, more: Partial<LogLine> = {}): LogLine => ({ source: "a", seconds: 1, stream: "stdout", text, ...more });
const many = (count: number, from = 0) => Array.from({ length: count }, (_, i) => line(String(from + i)));
const silent = { time: false, heading: () => "" };
let box: HTMLElement;
beforeEach(() => (box = document.createElement("div")));

describe("LogChunks", () => {
  it("puts 200 lines into a chunk, whatever the batches", () => {
    const chunks = new LogChunks(box, silent);
    for (let i = 0; i < 45; i++) chunks.append(many(10, i * 10));
    expect(box.children).toHaveLength(3);
    expect(box.children[0]?.textContent?.split("\n")).toHaveLength(201);
    expect(box.textContent).toBe(`${many(450).map((l) => l.text).join("\n")}\n`);
  });

  it("keeps its elements few and drops the oldest whole chunks", () => {
    const chunks = new LogChunks(box, silent, 1000);
    chunks.append(many(2500));
    expect(chunks.lines).toBeLessThanOrEqual(1200);
    expect(chunks.lines).toBeGreaterThanOrEqual(1000);
    expect(box.textContent?.endsWith("2499\n")).toBe(true);
    expect(box.textContent?.startsWith("0\n")).toBe(false);
  });

  it("writes text, never markup", () => {
    new LogChunks(box, silent).append([line("<img src=x onerror=alert(1)>")]);
    expect(box.querySelector("img")).toBeNull();
    expect(box.textContent).toContain("<img");
  });

  it("marks stderr, notes and colours with classes, not styles", () => {
    new LogChunks(box, silent).append([
      line("oops", { stream: "stderr" }),
      line("cut here", { stream: "note" }),
      line("\u001b[31mred\u001b[0m"),
    ]);
    expect(box.querySelector(".err")).not.toBeNull();
    expect(box.querySelector(".note")?.textContent).toContain("cut here");
    expect(box.querySelector(".fg1")?.textContent).toBe("red");
    expect(box.querySelector("span[style]")).toBeNull();
  });

  it("names a step where its lines begin", () => {
    const chunks = new LogChunks(box, { time: false, heading: (source) => `#${source}` });
    chunks.append([line("1"), line("2")]);
    chunks.append([line("3"), line("4", { source: "b" })]);
    expect([...box.querySelectorAll(".head")].map((e) => e.textContent)).toEqual(["#a\n", "#b\n"]);
  });

  it("takes 100,000 lines into 500 elements", () => {
    const chunks = new LogChunks(box, silent);
    for (let i = 0; i < 100; i++) chunks.append(many(1000, i * 1000));
    expect(box.children).toHaveLength(500);
    expect(chunks.lines).toBe(100_000);
  });
});
