// Folds a build's events into what the page shows. Pure and idempotent: an event whose number was folded already changes
// nothing, so a resumed stream may repeat itself. Output goes to a LogBook beside it (`foldBuildLog`).
import type {
  BuildFinished,
  BuildProgress,
  BuildQueued,
  BuildStep,
  BuildSummary,
  Failure,
  ImageSummary,
  OutputCut,
  Step,
} from "../wire";
import type { LogEvent } from "./events";
import type { LogBook } from "./log";

export type StepState = BuildStep["state"];
export type BuildState = BuildSummary["state"];

export interface StepView {
  step: Step;
  state: StepState;
  started: number | null;
  completed: number | null;
  error: string;
  progress: Record<string, BuildProgress>;
  cut: string;
}

export interface BuildView {
  seq: number;
  state: BuildState | "idle";
  queued: BuildQueued | null;
  ahead: number | null;
  attempt: number;
  because: string;
  startedAt: string | null;
  /** In the order they were announced. */
  steps: StepView[];
  cancelling: string;
  finished: BuildFinished | null;
}

export const NO_BUILD: BuildView = {
  seq: 0,
  state: "idle",
  queued: null,
  ahead: null,
  attempt: 0,
  because: "",
  startedAt: null,
  steps: [],
  cancelling: "",
  finished: null,
};

const waiting = (step: Step): StepView => ({
  step,
  state: "waiting",
  started: null,
  completed: null,
  error: "",
  progress: {},
  cut: "",
});

function announce(view: BuildView, steps: Step[]): BuildView {
  const known = new Map(view.steps.map((s) => [s.step.id, s]));
  for (const step of steps) {
    const before = known.get(step.id);
    known.set(step.id, before ? { ...before, step } : waiting(step));
  }
  return { ...view, steps: [...known.values()] };
}

function change(view: BuildView, id: string, how: (step: StepView) => StepView): BuildView {
  return { ...view, steps: view.steps.map((s) => (s.step.id === id ? how(s) : s)) };
}

const cut = (data: OutputCut) => (step: StepView): StepView => ({ ...step, cut: data.sentence });

function finish(view: BuildView, data: BuildFinished): BuildView {
  const left = data.state === "succeeded" ? "done" : "cancelled";
  const steps = view.steps.map((s): StepView => (s.state === "running" ? { ...s, state: left } : s));
  return { ...view, state: data.state, ahead: null, finished: data, steps };
}

export function foldBuild(view: BuildView, event: LogEvent): BuildView {
  if (event.s <= view.seq) return view;
  const next = { ...view, seq: event.s };
  switch (event.type) {
    case "build.queued":
      return { ...next, state: "queued", queued: event.data };
    case "build.position":
      return { ...next, ahead: event.data.ahead };
    case "build.started":
      return {
        ...next,
        state: "running",
        ahead: null,
        attempt: event.data.attempt,
        because: event.data.because,
        startedAt: event.at,
        steps: [],
        finished: null,
      };
    case "build.steps":
      return announce(next, event.data.steps);
    case "build.step": {
      const { id, ...moved } = event.data;
      return change(next, id, (step) => ({ ...step, ...moved }));
    }
    case "build.progress":
      return change(next, event.data.id, (step) => ({
        ...step,
        progress: { ...step.progress, [event.data.label]: event.data },
      }));
    case "build.cut":
      return change(next, event.data.id, cut(event.data));
    case "build.cancelling":
      return { ...next, state: "cancelling", cancelling: event.data.sentence };
    case "build.finished":
      return finish(next, event.data);
    default:
      return next;
  }
}

/** Writes an event's output into *book*. Call it with the view *before* `foldBuild`, so that repeats are passed over. */
export function foldBuildLog(book: LogBook, before: BuildView, event: LogEvent): void {
  if (event.s <= before.seq) return;
  if (event.type === "build.started" && event.data.attempt > 1) {
    book.clear();
    const text = event.data.because || "The worker went away; the build started again.";
    book.append([{ source: "", seconds: 0, stream: "note", text }]);
  } else if (event.type === "build.output") {
    const source = event.data.id;
    book.append(event.data.lines.map(([seconds, stream, text]) => ({ source, seconds, stream, text })));
  } else if (event.type === "build.cut") {
    book.append([{ source: event.data.id, seconds: Number.NaN, stream: "note", text: event.data.sentence }]);
  }
}

export interface Figures {
  done: number;
  total: number;
  cached: number;
  seconds: number | null;
  size: number | null;
}

/** What the summary says. *now* is the clock's milliseconds, for a build that runs. */
export function figures(view: BuildView, now: number): Figures {
  const numbered = view.steps.filter((s) => s.step.kind === "step");
  const over = (state: StepState) => state === "done" || state === "cached";
  const done = numbered.filter((s) => over(s.state)).length;
  const cached = numbered.filter((s) => s.state === "cached").length;
  const running = view.state === "running" || view.state === "cancelling";
  const sofar = running && view.startedAt ? Math.max(0, (now - Date.parse(view.startedAt)) / 1000) : null;
  return {
    done,
    total: Math.max(numbered.length, numbered[0]?.step.stage === "" ? numbered[0].step.total : 0),
    cached: view.finished?.cached ?? cached,
    seconds: view.finished ? view.finished.seconds : sofar,
    size: view.finished?.image?.size ?? null,
  };
}

/** What the cache did in a build that succeeded, and why, in a sentence or two. *first*: the project had no build before. */
export function cacheNote(view: BuildView, first: boolean): string {
  const over = view.steps.filter((s) => s.step.kind === "step" && (s.state === "cached" || s.state === "done"));
  const ran = over.filter((s) => s.state === "done");
  const [head] = ran;
  if (!head) {
    return first
      ? "No step had to run: the same steps were built here before, so the cache had them all. Change a file or a line, build again, and see what runs."
      : "Nothing that a step uses has changed, so every step came from the cache.";
  }
  const base = over.every((s) => s.state === "done" || bare(s).startsWith("FROM "));
  if (first && base) return "Build it again and every step will come from the cache.";
  const name = bare(head).length > 44 ? `${bare(head).slice(0, 43)}…` : bare(head);
  return `The cache serves until a step is new or its files have changed: ${name} ran, and so did what builds on it.`;
}

const bare = (step: StepView): string => step.step.title.replace(/^\[[^\]]*\]\s*/, "").replace(/\s+/g, " ");

export interface Mark {
  line: number;
  state: StepState;
  label: string;
}

const WORST: StepState[] = ["failed", "running", "cancelled", "done", "cached", "waiting"];

/** One mark per Dockerfile line that a step stands for: the worst state where several share it. */
export function marks(view: BuildView): Mark[] {
  const byLine = new Map<number, StepView[]>();
  for (const step of view.steps) {
    const line = step.step.line;
    if (line !== null && step.step.kind === "step") byLine.set(line, [...(byLine.get(line) ?? []), step]);
  }
  return [...byLine].map(([line, steps]) => {
    const state = WORST.find((s) => steps.some((step) => step.state === s)) ?? "waiting";
    const seconds = steps.reduce((sum, s) => sum + ((s.completed ?? 0) - (s.started ?? s.completed ?? 0)), 0);
    return { line, state, label: state === "done" ? shortSeconds(seconds) : "" };
  });
}

function shortSeconds(seconds: number): string {
  return seconds < 10 ? `${seconds.toFixed(1)}s` : `${Math.round(seconds)}s`;
}

export const active = (state: BuildView["state"]): boolean =>
  state === "queued" || state === "running" || state === "cancelling";

export type { Failure, ImageSummary };
