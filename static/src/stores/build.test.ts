import { describe, expect, it } from "vitest";
import { cacheNote, figures, foldBuild, foldBuildLog, marks, NO_BUILD, type BuildView } from "./build";
import type { LogEvent } from "./events";
import { AT, event, step } from "./events.testing";
import { LogBook } from "./log";

const story: LogEvent[] = [
  event(1, "build.queued", { build: "b", reference: "hello:1", dockerfile: "Dockerfile", files: 2, context_bytes: 90, ignored: 0 }),
  event(2, "build.position", { ahead: 1 }),
  event(3, "build.started", { attempt: 1, because: "" }),
  event(4, "build.steps", { steps: [step("a", { line: 1 }), step("b", { line: 2, index: 2, inputs: ["a"] })] }),
  event(5, "build.step", { id: "a", state: "cached", started: 0, completed: 0.1, error: "" }),
  event(6, "build.step", { id: "b", state: "running", started: 0.1, completed: null, error: "" }),
  event(7, "build.output", { id: "b", lines: [[0.2, "stdout", "hi"]] }),
  event(8, "build.step", { id: "b", state: "done", started: 0.1, completed: 2.1, error: "" }),
  event(9, "build.finished", { state: "succeeded", seconds: 2.4, steps: 2, cached: 1, image: null, failure: null }),
];
const fold = (events: LogEvent[], from: BuildView = NO_BUILD) => events.reduce(foldBuild, from);

describe("foldBuild", () => {
  it("tells the whole story", () => {
    const view = fold(story);
    expect(view.state).toBe("succeeded");
    expect(view.steps.map((s) => s.state)).toEqual(["cached", "done"]);
    expect(view.seq).toBe(9);
  });

  it("is the same however often an event is repeated", () => {
    const once = fold(story);
    expect(fold([...story, ...story])).toEqual(once);
    expect(foldBuild(once, story[4] as LogEvent)).toBe(once);
  });

  it("shows the place in the queue until it starts", () => {
    expect(fold(story.slice(0, 2)).ahead).toBe(1);
    expect(fold(story.slice(0, 3)).ahead).toBeNull();
  });

  it("forgets the steps of the attempt before", () => {
    const view = fold([event(10, "build.started", { attempt: 2, because: "the worker went away" })], fold(story.slice(0, 8)));
    expect(view.steps).toEqual([]);
    expect(view.attempt).toBe(2);
    expect(view.because).toBe("the worker went away");
  });

  it("replaces a step that is announced again and keeps its state", () => {
    const view = fold([event(9, "build.steps", { steps: [step("a", { title: "FROM busybox" })] })], fold(story.slice(0, 8)));
    expect(view.steps).toHaveLength(2);
    expect(view.steps[0]?.step.title).toBe("FROM busybox");
    expect(view.steps[0]?.state).toBe("cached");
  });

  it("leaves nothing running when the build is over", () => {
    const view = fold([event(7, "build.finished", { state: "cancelled", seconds: 1, steps: 2, cached: 0, image: null, failure: null })], fold(story.slice(0, 6)));
    expect(view.steps[1]?.state).toBe("cancelled");
  });

  it("ignores steps it has never heard of", () => {
    const before = fold(story.slice(0, 3));
    expect(foldBuild(before, event(4, "build.step", { id: "?", state: "done", started: 0, completed: 1, error: "" })).steps).toEqual([]);
  });
});

describe("foldBuildLog", () => {
  it("writes each line once", () => {
    const book = new LogBook();
    let view = NO_BUILD;
    for (const e of [...story, ...story]) {
      foldBuildLog(book, view, e);
      view = foldBuild(view, e);
    }
    expect(book.since(0).map((l) => l.text)).toEqual(["hi"]);
  });

  it("starts afresh with a second attempt and says why", () => {
    const book = new LogBook();
    foldBuildLog(book, NO_BUILD, story[6] as LogEvent);
    foldBuildLog(book, { ...NO_BUILD, seq: 7 }, event(8, "build.started", { attempt: 2, because: "the worker died" }));
    expect(book.since(0)).toMatchObject([{ stream: "note", text: "the worker died" }]);
  });

  it("says where output was cut", () => {
    const book = new LogBook();
    foldBuildLog(book, NO_BUILD, event(1, "build.cut", { id: "b", by: "limit", limit: 10, sentence: "cut at 10 B" }));
    expect(book.since(0, "b")).toMatchObject([{ stream: "note", text: "cut at 10 B" }]);
  });
});

describe("figures", () => {
  it("counts only numbered steps", () => {
    const view = fold([event(5, "build.steps", { steps: [step("load", { kind: "internal", stage: "" })] })], fold(story.slice(0, 4)));
    expect(figures(view, 0)).toMatchObject({ done: 0, total: 2, cached: 0 });
  });

  it("runs with the clock and stops with the build", () => {
    const running = fold(story.slice(0, 6));
    expect(figures(running, Date.parse(AT) + 3500).seconds).toBeCloseTo(3.5);
    expect(figures(fold(story), Date.parse(AT) + 99_000).seconds).toBe(2.4);
  });

  it("never shows a time below zero when clocks differ", () => {
    expect(figures(fold(story.slice(0, 6)), Date.parse(AT) - 9000).seconds).toBe(0);
  });
});

describe("marks", () => {
  it("shows the worst state of a line and how long it took", () => {
    const shared = fold([event(4, "build.steps", { steps: [step("a", { line: 3 }), step("b", { line: 3 })] })], fold(story.slice(0, 3)));
    const moved = fold(
      [
        event(5, "build.step", { id: "a", state: "done", started: 0, completed: 1, error: "" }),
        event(6, "build.step", { id: "b", state: "failed", started: 1, completed: 2, error: "exit 1" }),
      ],
      shared,
    );
    expect(marks(moved)).toEqual([{ line: 3, state: "failed", label: "" }]);
    expect(marks(fold(story))).toEqual([
      { line: 1, state: "cached", label: "" },
      { line: 2, state: "done", label: "2.0s" },
    ]);
  });
});

describe("cacheNote", () => {
  const built = (...states: ("cached" | "done")[]): BuildView => ({
    ...NO_BUILD,
    steps: states.map((state, i) => ({
      step: step(`s${i}`, { index: i + 1, title: i === 0 ? "[1/3] FROM busybox" : `[${i + 1}/3] COPY f${i} /` }),
      state,
      started: 0,
      completed: 1,
      error: "",
      progress: {},
      cut: "",
    })),
  });

  it("tells a newcomer why nothing ran", () => expect(cacheNote(built("cached", "cached"), true)).toContain("built here before"));
  it("says that nothing changed", () => expect(cacheNote(built("cached", "cached"), false)).toContain("Nothing that a step uses has changed"));
  it("names the step from which on all ran", () => expect(cacheNote(built("cached", "cached", "done"), false)).toContain("COPY f2 / ran"));
  it("promises the cache after a first build", () => expect(cacheNote(built("cached", "done", "done"), true)).toContain("Build it again"));
});
