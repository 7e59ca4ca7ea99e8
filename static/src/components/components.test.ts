// Each component by itself: it draws, says what it must to assistive software, and tells its page what was asked.
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LitElement } from "lit";
import { foldBuild, NO_BUILD, type BuildView } from "../stores/build";
import { event, step } from "../stores/events.testing";
import { LogBook } from "../stores/log";
import { plan } from "../stores/plan";
import type { BaseImage, ContainerSummary, Failure, FileSummary, ImageSummary, LayerLine, Problem } from "../wire";
import { grouped } from "./dd-base-images";
import { DdBuildGraph, neighbour } from "./dd-build-graph";
import { DdBuildStatus } from "./dd-build-status";
import { differing } from "./dd-conflict";
import { DdContainer, markOf, verbs } from "./dd-container";
import { DdFileTree } from "./dd-file-tree";
import { DdImageList } from "./dd-image-list";
import { bands, DdLayers } from "./dd-layers";
import { DdLine } from "./dd-line";
import { DdLog } from "./dd-log";
import { matching } from "./dd-palette";
import { DdProblems } from "./dd-problems";
import { DdRunForm } from "./dd-run-form";
import { DdSaveState } from "./dd-save-state";
import { DdSplit } from "./dd-split";
import { DdTabs } from "./dd-tabs";
import { DdTerm } from "./dd-term";
import { DdToasts, TOAST_MS } from "./dd-toasts";
import { GLOSSARY } from "./glossary";

beforeEach(() => {
  vi.stubGlobal("ResizeObserver", class { observe() {} disconnect() {} });
  document.body.replaceChildren();
});
afterEach(() => vi.useRealTimers());

async function show<E extends LitElement>(element: E, properties: Partial<E> = {}): Promise<E> {
  Object.assign(element, properties);
  document.body.append(element);
  await element.updateComplete;
  return element;
}
const all = (element: LitElement, selector: string) => [...element.renderRoot.querySelectorAll<HTMLElement>(selector)];
const one = (element: LitElement, selector: string) => element.renderRoot.querySelector<HTMLElement>(selector) as HTMLElement;
const text = (element: LitElement) => (element.renderRoot.textContent ?? "").replace(/\s+/g, " ").trim();
function heard<T>(element: LitElement, type: string): T[] {
  const details: T[] = [];
  element.addEventListener(type, (e) => details.push((e as CustomEvent<T>).detail));
  return details;
}
const press = (target: HTMLElement, key: string) => target.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, composed: true, cancelable: true }));

const built = (state: "cached" | "done" | "failed" | "running"): BuildView =>
  [
    event(1, "build.started", { attempt: 1, because: "" }),
    event(2, "build.steps", { steps: [step("a", { stage: "one", title: "FROM x", line: 1 }), step("b", { stage: "two", line: 4, inputs: ["a"], title: "COPY --from=one a b" })] }),
    event(3, "build.step", { id: "a", state, started: 0, completed: state === "running" ? null : 1.5, error: "" }),
  ].reduce(foldBuild, NO_BUILD);

describe("dd-build-graph", () => {
  it("has one tab stop, and says each step in words", async () => {
    const graph = await show(new DdBuildGraph(), { view: built("cached") });
    const cells = all(graph, "[role=button]");
    expect(cells.map((c) => c.getAttribute("tabindex"))).toEqual(["0", "-1"]);
    expect(cells[0]?.getAttribute("aria-label")).toBe("Step 1 of 1: FROM x, cached, 1.5 s, line 1");
    expect(one(graph, "svg[role=group]").getAttribute("aria-label")).toContain("1 waits, 1 cached");
  });

  it.each(["cached", "done", "failed", "running"] as const)("draws %s with a form of its own", async (state) => {
    const graph = await show(new DdBuildGraph(), { view: built(state) });
    const cell = one(graph, `.cell.${state}`);
    const form = { cached: ".i-bolt", done: ".i-ok", failed: ".i-danger", running: ".i-arc" }[state];
    expect(cell.querySelector(form)).not.toBeNull();
  });

  it("is chosen by Enter, and let go by choosing it again", async () => {
    const graph = await show(new DdBuildGraph(), { view: built("done") });
    const asked = heard<{ id: string | null }>(graph, "dd-step");
    press(one(graph, "svg[role=group]"), "Enter");
    graph.chosen = "a";
    await graph.updateComplete;
    press(one(graph, "svg[role=group]"), "Enter");
    expect(asked).toEqual([{ id: "a" }, { id: null }]);
  });

  it("has the same in a table", async () => {
    const graph = await show(new DdBuildGraph(), { view: built("done") });
    one(graph, "header button").click();
    await graph.updateComplete;
    expect(all(graph, "tbody tr")).toHaveLength(2);
    expect(text(graph)).toContain("COPY --from=one a b");
  });

  it("draws the sketch of a Dockerfile", async () => {
    const graph = await show(new DdBuildGraph(), { view: plan("FROM a\nRUN b"), sketch: true });
    expect(all(graph, ".cell.waiting")).toHaveLength(3);
  });

  it("moves by arrows to the neighbour that is there", () => {
    const cells = [[0, 0], [0, 1], [1, 0]].map(([column = 0, row = 0]) => ({ id: `${column}${row}`, column, row, x: 0, y: 0, view: built("done").steps[0]! }));
    expect(neighbour(cells, cells[1]!, "ArrowRight")?.id).toBe("10");
    expect(neighbour(cells, cells[0]!, "ArrowDown")?.id).toBe("01");
    expect(neighbour(cells, cells[0]!, "ArrowLeft")).toBeUndefined();
    expect(neighbour(cells, cells[0]!, "End")?.id).toBe("10");
  });
});

describe("dd-build-status", () => {
  const failure: Failure = { code: "exit", what: "The step ended with 127.", fix: "Install it first.", line: 6, step: "a", exit_code: 127, tail: ["sh: greeet: not found"] };

  it("says what, where, the code, the last lines and the fix", async () => {
    const view = foldBuild(built("failed"), event(9, "build.finished", { state: "failed", seconds: 1, steps: 2, cached: 0, image: null, failure }));
    const status = await show(new DdBuildStatus(), { view });
    for (const part of [failure.what, failure.fix, "Line 6", "exit code 127", "greeet: not found"]) expect(text(status)).toContain(part);
    const lines = heard<{ line: number }>(status, "dd-line");
    all(status, "button").find((b) => b.textContent === "Line 6")?.click();
    expect(lines).toEqual([{ line: 6 }]);
  });

  it("offers to run what was built", async () => {
    const image = { id: "i", reference: "hello:1", size: 2_000_000 } as ImageSummary;
    const view = foldBuild(built("done"), event(9, "build.finished", { state: "succeeded", seconds: 1, steps: 2, cached: 1, image, failure: null }));
    const status = await show(new DdBuildStatus(), { view });
    const asked = heard(status, "dd-run-it");
    one(status, "button.primary").click();
    expect(asked).toHaveLength(1);
    expect(text(status)).toContain("hello:1 is ready: 2.0 MB");
  });

  it("says the place in the queue, and can cancel there", async () => {
    const status = await show(new DdBuildStatus(), { view: { ...NO_BUILD, state: "queued", ahead: 2 } });
    expect(text(status)).toContain("2 builds before yours");
    expect(all(status, "button").map((b) => b.textContent?.trim())).toEqual(["Cancel"]);
  });

  it("says that a refused wish was not queued", async () => {
    const status = await show(new DdBuildStatus(), { view: NO_BUILD, refusal: { message: "There is no FROM.", fix: "Begin with FROM.", line: 1 } });
    expect(text(status)).toContain("There is no FROM.");
    expect(text(status)).toContain("Nothing was built");
  });
});

describe("dd-log", () => {
  const fill = (book: LogBook, count: number, source = "a") =>
    book.append(Array.from({ length: count }, (_, i) => ({ source, seconds: i, stream: "stdout" as const, text: `${source}${i}` })));

  it("is a log that does not shout, can be reached, and shows what is new", async () => {
    const book = new LogBook();
    fill(book, 2);
    const log = await show(new DdLog(), { book, end: 2, label: "Log of x" });
    const box = one(log, "[role=log]");
    expect([box.getAttribute("aria-live"), box.getAttribute("tabindex"), box.getAttribute("aria-label")]).toEqual(["off", "0", "Log of x"]);
    fill(book, 1, "b");
    log.end = book.end;
    await log.updateComplete;
    expect(one(log, ".box").textContent).toBe("a0\na1\nb0\n");
  });

  it("shows one step, then all again", async () => {
    const book = new LogBook();
    fill(book, 1, "a");
    fill(book, 1, "b");
    const log = await show(new DdLog(), { book, end: 2, source: "b" });
    expect(one(log, ".box").textContent).toBe("b0\n");
    log.source = null;
    await log.updateComplete;
    expect(one(log, ".box").textContent).toBe("a0\nb0\n");
  });

  it("starts again when the book is cleared", async () => {
    const book = new LogBook();
    fill(book, 3);
    const log = await show(new DdLog(), { book, end: 3 });
    book.clear();
    log.end = 0;
    await log.updateComplete;
    await log.updateComplete;
    expect(one(log, ".box").textContent).toBe("");
    expect(one(log, ".empty").hidden).toBe(false);
  });
});

describe("dd-layers", () => {
  const layer = (instruction: string, size: number, more: Partial<LayerLine> = {}): LayerLine => ({ instruction, size, empty: size === 0, base: false, ...more });

  it("is as wide as the sizes, with the base as one part and nothing for empty layers", () => {
    const parts = bands([layer("ADD", 60, { base: true }), layer("CMD", 0, { base: true }), layer("RUN a", 30), layer("CMD b", 0), layer("COPY c", 10)]);
    expect(parts.map((b) => [b.label, b.share])).toEqual([["base image", 0.6], ["RUN a", 0.3], ["COPY c", 0.1]]);
  });

  it("holds its room when there is nothing yet", async () => {
    expect(text(await show(new DdLayers(), { empty: "later" }))).toBe("later");
  });
});

it("dd-base-images lists one image of several names once", () => {
  const base = (reference: string, about: string, state: BaseImage["state"] = "ready"): BaseImage => ({ reference, about, state, progress: 1, note: "" });
  const groups = grouped([base("busybox:1.35", "small"), base("busybox:latest", "small"), base("gcc:12", "C"), base("nginx:1", "web"), base("nginx:2", "web", "making")]);
  expect(groups.map((g) => g.names)).toEqual([["busybox:1.35", "busybox:latest"], ["gcc:12"], ["nginx:1"], ["nginx:2"]]);
});

describe("dd-file-tree", () => {
  const file = (path: string, kind: FileSummary["kind"] = "file"): FileSummary => ({ path, kind, size: 1, version: 1, sha256: "", binary: false });
  const files = [file("src", "dir"), file("src/a.py"), file("Dockerfile")];
  const context = { bytes: 10, files: 2, limit: 100, ignored: [{ path: "src/a.py", line: 2, pattern: "*.py" }] };

  it("is a tree with levels, one tab stop, and says what is left out", async () => {
    const tree = await show(new DdFileTree(), { files, context, active: "Dockerfile" });
    const rows = all(tree, "[role=treeitem]");
    expect(rows.map((r) => [r.getAttribute("aria-level"), r.getAttribute("tabindex")])).toEqual([["1", "-1"], ["2", "-1"], ["1", "0"]]);
    expect(rows[1]?.getAttribute("aria-label")).toContain("left out by .dockerignore");
    expect(rows[1]?.title).toContain("line 2");
  });

  it("opens, folds, renames and removes from the keyboard", async () => {
    const tree = await show(new DdFileTree(), { files, context, active: "Dockerfile" });
    const opened = heard<{ path: string }>(tree, "dd-open");
    const asked = heard<{ verb: string; path: string }>(tree, "dd-file");
    const root = one(tree, "[role=tree]");
    all(tree, "[role=treeitem]")[0]?.click();
    await tree.updateComplete;
    expect(all(tree, "[role=treeitem]")).toHaveLength(2);
    for (const key of ["ArrowRight", "ArrowDown", "Enter", "F2", "Delete"]) {
      press(root, key);
      await tree.updateComplete;
    }
    expect(opened).toEqual([{ path: "src/a.py" }]);
    expect(asked).toEqual([{ verb: "rename", path: "src/a.py" }, { verb: "remove", path: "src/a.py" }]);
  });
});

describe("dd-container", () => {
  it.each([
    ["running", ["stop", "restart", "remove"]],
    ["exited", ["start", "remove"]],
    ["failed", ["start", "remove"]],
    ["removing", []],
  ] as const)("offers for %s what makes sense", (state, expected) => {
    expect(verbs(state)).toEqual(expected);
  });

  it.each([
    ["running", null, "live"],
    ["exited", 0, ""],
    ["exited", 143, ""],
    ["exited", 137, "bad"],
    ["failed", null, "bad"],
  ] as const)("marks %s with %s as %j", (state, exit_code, mark) => {
    expect(markOf({ state, exit_code } as ContainerSummary)).toBe(mark);
  });

  it("says the exit code with its meaning", async () => {
    const container = { id: "c", name: "calm-1", state: "exited", exit_code: 137, sentence: "stopped: used 128 MB of 128 MB", command: ["sh"], memory: 2 ** 27, cpus: 0.5 } as ContainerSummary;
    const card = await show(new DdContainer(), { container, book: new LogBook() });
    expect(text(card)).toContain("exit code 137 · stopped: used 128 MB of 128 MB");
    const asked = heard<{ id: string; verb: string }>(card, "dd-container");
    all(card, "nav button")[0]?.click();
    expect(asked).toEqual([{ id: "c", verb: "start" }]);
  });

  it("says before it is removed for being unused, and can be kept", async () => {
    const container = { id: "c", name: "calm-1", state: "exited", exit_code: 0, sentence: "", command: [], memory: 2 ** 27, cpus: 0.5, going_at: "2026-11-30T14:05:00" };
    const card = await show(new DdContainer(), { container: container as unknown as ContainerSummary, book: new LogBook() });
    expect(text(card)).toContain("Removed on 30 November, 14:05 unless you use it");
    const asked = heard<{ id: string; verb: string }>(card, "dd-container");
    one(card, ".going button").click();
    expect(asked).toEqual([{ id: "c", verb: "keep" }]);
  });
});

describe("dd-image-list", () => {
  const image = { id: "i", reference: "hello:1", digest: "sha256:0", state: "ready", size: 1, created_at: "2026-11-01", command: [], ports: [], layers: [], going_at: null } as unknown as ImageSummary;

  it("says before an image is removed for being unused, and can keep it", async () => {
    const list = await show(new DdImageList(), { images: [{ ...image, going_at: "2026-11-30T14:05:00" }] });
    expect(text(list)).toContain("Removed on 30 November, 14:05 unless you use it");
    const asked = heard<{ verb: string }>(list, "dd-image");
    one(list, ".going button").click();
    expect(asked.map((a) => a.verb)).toEqual(["keep"]);
  });

  it("says nothing of an image that stays or is going now", async () => {
    const list = await show(new DdImageList(), { images: [image, { ...image, id: "j", state: "removing", going_at: "2026-11-30T14:05:00" }] });
    expect(all(list, ".going")).toHaveLength(0);
  });
});

it("dd-run-form tells the wish once, within the limits, without empty names", async () => {
  const image = { id: "i", command: ["cat"] } as ImageSummary;
  const form = await show(new DdRunForm(), { image, maxMemory: 2 ** 26, maxCpus: 0.25 });
  const asked = heard(form, "dd-run");
  all(form, ".env > button")[0]?.click();
  await form.updateComplete;
  form.submit();
  form.busy = true;
  form.submit();
  expect(asked).toEqual([{ image: "i", command: "", env: {}, memory: 2 ** 26, cpus: 0.25 }]);
});

it("dd-run-form says that no shell reads the command, and offers one", async () => {
  const form = await show(new DdRunForm(), { image: { id: "i", command: ["cat"] } as ImageSummary });
  const input = one(form, "input") as HTMLInputElement;
  input.value = "echo a && ls";
  input.dispatchEvent(new Event("input"));
  await form.updateComplete;
  expect(text(form)).toContain("No shell reads the command");
  one(form, ".shell button").click();
  await form.updateComplete;
  expect([input.value, all(form, ".shell").length]).toEqual(["sh -c 'echo a && ls'", 0]);
});

it("dd-problems leads to the line", async () => {
  const problem: Problem = { code: "x", severity: "error", line: 4, column: 6, end_column: 9, message: "No such file.", fix: "greet.sh" };
  const strip = await show(new DdProblems(), { problems: [problem] });
  const asked = heard(strip, "dd-line");
  one(strip, ".first").click();
  expect(asked).toEqual([{ line: 4, column: 6 }]);
  expect(text(strip)).toContain("1 error · line 4: No such file.");
});

it.each([
  [{ kind: "saved", at: null }, "Saved"],
  [{ kind: "saving", count: 1 }, "Saving…"],
  [{ kind: "offline", count: 2 }, "Offline: 2 edits wait"],
  [{ kind: "offline", count: 1 }, "Offline: 1 edit waits"],
] as const)("dd-save-state says %o", async (saving, words) => {
  expect(text(await show(new DdSaveState(), { saving }))).toBe(words);
});

it.each([
  ["live", "Live"],
  ["reconnecting", "Reconnecting… showing "],
  ["signed-out", "Signed out: reload"],
] as const)("dd-line says %s", async (state, words) => {
  const line = await show(new DdLine(), { state, heard: 1 });
  expect(text(line)).toContain(words);
});

it("dd-tabs are tabs: one tab stop, arrows move, Delete closes", async () => {
  const tabs = await show(new DdTabs(), { tabs: [{ id: "a", label: "A" }, { id: "b", label: "B", closable: true }], chosen: "b", label: "Files" });
  const [chosen, closed] = [heard(tabs, "dd-tab"), heard(tabs, "dd-tab-close")];
  expect(all(tabs, "[role=tab]").map((t) => [t.getAttribute("aria-selected"), t.getAttribute("tabindex")])).toEqual([["false", "-1"], ["true", "0"]]);
  press(one(tabs, "[role=tablist]"), "ArrowRight");
  press(one(tabs, "[role=tablist]"), "Delete");
  expect([chosen, closed]).toEqual([[{ id: "a" }], [{ id: "b" }]]);
});

it("dd-split is a separator with values, moved by 16 px and kept in bounds", async () => {
  const split = await show(new DdSplit(), { value: 330, min: 320, max: 600, initial: 500 });
  const moved = heard<number>(split, "dd-split");
  const bar = one(split, "[role=separator]");
  expect(["aria-valuenow", "aria-valuemin", "aria-valuemax", "tabindex"].map((a) => bar.getAttribute(a))).toEqual(["330", "320", "600", "0"]);
  for (const key of ["ArrowRight", "ArrowLeft", "End"]) press(bar, key);
  bar.dispatchEvent(new MouseEvent("dblclick"));
  expect(moved).toEqual([346, 320, 600, 500]);
});

it("dd-term explains every word it may be asked for", async () => {
  const term = await show(new DdTerm(), { term: "image" });
  expect(text(term)).toContain(GLOSSARY.image);
  for (const [word, sentence] of Object.entries(GLOSSARY)) expect(sentence, word).toMatch(/^[^.].{20,}\.$/);
});

it("dd-toasts offers Undo and goes by itself", async () => {
  vi.useFakeTimers();
  const toasts = await show(new DdToasts());
  const run = vi.fn();
  toasts.show({ text: "Deleted.", action: { label: "Undo", run } });
  await toasts.updateComplete;
  one(toasts, ".act").click();
  expect(run).toHaveBeenCalledOnce();
  toasts.show({ text: "Again." });
  vi.advanceTimersByTime(TOAST_MS);
  await toasts.updateComplete;
  expect(all(toasts, ".toast")).toHaveLength(0);
});

it("the palette finds commands by the beginnings of their words", () => {
  const commands = ["Build", "Build without the cache", "Rename the project"].map((title) => ({ title, run: () => undefined }));
  expect(matching(commands, "cac bu").map((c) => c.title)).toEqual(["Build without the cache"]);
  expect(matching(commands, "")).toHaveLength(3);
  expect(matching(commands, "xyz")).toEqual([]);
});

it("a conflict marks the lines only one side has", () => {
  expect(differing("a\nb\nc", "a\nx\nc\nd")).toEqual({ mine: new Set([1]), theirs: new Set([1, 3]) });
});
