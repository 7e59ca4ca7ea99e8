// Folds a container's events: how it is, and what it wrote. Idempotent by number, like the build's.
import type { ContainerSummary } from "../wire";
import type { LogEvent } from "./events";
import type { LogBook } from "./log";

export interface ContainerView {
  seq: number;
  container: ContainerSummary;
  /** Which start of it wrote last: a restart begins another run. */
  run: number;
}

export const containerView = (container: ContainerSummary): ContainerView => ({ seq: 0, container, run: 0 });

export function foldContainer(view: ContainerView, event: LogEvent): ContainerView {
  if (event.s <= view.seq) return view;
  const next = { ...view, seq: event.s };
  if (event.type === "container.changed") return { ...next, container: event.data.container };
  if (event.type === "container.output") return { ...next, run: event.data.run };
  return next;
}

export function foldContainerLog(book: LogBook, before: ContainerView, event: LogEvent): void {
  if (event.s <= before.seq) return;
  if (event.type === "container.output") {
    const source = String(event.data.run);
    if (before.run !== 0 && event.data.run > before.run) {
      book.append([{ source, seconds: 0, stream: "note", text: `Started again (run ${event.data.run})` }]);
    }
    book.append(event.data.lines.map(([seconds, stream, text]) => ({ source, seconds, stream, text })));
  } else if (event.type === "container.cut") {
    book.append([{ source: event.data.id, seconds: Number.NaN, stream: "note", text: event.data.sentence }]);
  }
}

export const alive = (state: ContainerSummary["state"]): boolean =>
  state === "creating" || state === "starting" || state === "running" || state === "stopping" || state === "restarting";
