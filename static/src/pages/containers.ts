// Containers a page looks at: for each, its stream folded into a view and a log. Streams open when one is looked at.
import { Stream } from "../data/stream";
import { containerView, foldContainer, foldContainerLog, type ContainerView } from "../stores/container";
import { LogBook } from "../stores/log";
import type { ContainerSummary } from "../wire";

interface Watched {
  view: ContainerView;
  book: LogBook;
  stream: Stream | null;
}

export class Containers {
  #watched = new Map<string, Watched>();

  constructor(private readonly changed: () => void) {}

  /** The log of *container*, followed from now on. */
  watch(container: ContainerSummary): { book: LogBook; end: number } {
    const known = this.#watched.get(container.id);
    if (known) return { book: known.book, end: known.book.end };
    const watched: Watched = { view: containerView(container), book: new LogBook(), stream: null };
    this.#watched.set(container.id, watched);
    watched.stream = new Stream(container.stream, {
      onEvents: (events) => {
        for (const event of events) {
          foldContainerLog(watched.book, watched.view, event);
          watched.view = foldContainer(watched.view, event);
        }
        this.changed();
      },
      onReset: (oldest) => {
        watched.book.clear();
        watched.view = { ...watched.view, seq: Math.max(0, oldest - 1) };
      },
    });
    return { book: watched.book, end: 0 };
  }

  /** The newer of what the list and the container's own stream say of it. */
  newest(listed: ContainerSummary): ContainerSummary {
    const own = this.#watched.get(listed.id)?.view;
    if (!own || own.seq === 0) return listed;
    return rank(own.container) >= rank(listed) ? own.container : listed;
  }

  /** Lets go of the streams of all but *keep*. */
  only(keep: string[]): void {
    for (const [id, watched] of this.#watched) {
      if (keep.includes(id)) continue;
      watched.stream?.close();
      this.#watched.delete(id);
    }
  }
}

/** How far along a container's life a summary is: later moments win. */
function rank(container: ContainerSummary): number {
  return Math.max(
    Date.parse(container.created_at),
    container.started_at ? Date.parse(container.started_at) + 1 : 0,
    container.finished_at ? Date.parse(container.finished_at) + 2 : 0,
  );
}
