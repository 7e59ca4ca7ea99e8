import { expect, it } from "vitest";
import type { ContainerSummary, EventMap } from "../wire";
import { containerView, foldContainer, foldContainerLog } from "./container";
import { event } from "./events.testing";
import { LogBook } from "./log";

const container = { id: "c", state: "running" } as ContainerSummary;
const output = (s: number, run: number, text: string) => {
  const lines: [number, "stderr", string][] = [[0.1, "stderr", text]];
  return event(s, "container.output", { run, lines, cursor: {} as EventMap["container.output"]["cursor"] });
};

it("folds state and output once, and names the second run", () => {
  const book = new LogBook();
  let view = containerView(container);
  const events = [
    output(1, 1, "one"),
    event(2, "container.changed", { container: { ...container, state: "exited", exit_code: 3 } }),
    output(3, 2, "two"),
  ];
  for (const e of [...events, ...events]) {
    foldContainerLog(book, view, e);
    view = foldContainer(view, e);
  }
  expect(view.container.exit_code).toBe(3);
  expect(book.since(0).map((l) => [l.source, l.stream, l.text])).toEqual([
    ["1", "stderr", "one"],
    ["2", "note", "Started again (run 2)"],
    ["2", "stderr", "two"],
  ]);
});
