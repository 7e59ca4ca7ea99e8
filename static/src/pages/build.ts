// The build page: wires stores and streams to the components that build-view.ts lays out. Nothing is drawn here.
import "../styles/bench.css";
import { render } from "lit";
import { ApiError, Unreachable } from "../data/errors";
import { Stream } from "../data/stream";
import type { Context, Project } from "../data/api";
import { active, foldBuild, foldBuildLog, marks, NO_BUILD, type BuildView, type Mark } from "../stores/build";
import type { LogEvent } from "../stores/events";
import { foldFiles } from "../stores/files";
import { LogBook } from "../stores/log";
import { marksThatFit, plan } from "../stores/plan";
import { adoptBuild, adoptContainer, foldWorkspace, workspaceFrom, type WorkspaceView } from "../stores/workspace";
import { Store } from "../stores/store";
import type { BuildSummary, ContainerSummary, ImageSummary, Step } from "../wire";
import type { NotBuilt } from "../components/dd-build-status";
import type { DdEditor } from "../components/dd-editor";
import type { DdRunForm, RunDetail } from "../components/dd-run-form";
import { languageOf } from "../components/file-kinds";
import { freeName, shortTitle } from "../components/format";
import { buildPage, SPLIT } from "./build-view";
import { Containers } from "./containers";
import { ProjectFiles } from "./project-files";
import { pageData, sayLater, session, typing, type PageData, type Session } from "./site";

export interface BuildPageData extends PageData {
  project: Project;
  context: Context;
}

export type Dock = "log" | "run" | "builds";
export type Pane = "files" | "editor" | "result";

const KEPT = "drydock:bench";

interface Kept {
  left?: number;
  references?: Record<string, string>;
}

export class BuildPage {
  readonly files: ProjectFiles;
  readonly workspace: Store<WorkspaceView>;
  readonly containers = new Containers(() => this.draw());
  view: BuildView = NO_BUILD;
  sketch: BuildView = NO_BUILD;
  book = new LogBook();
  watching: BuildSummary | null = null;
  step: string | null = null;
  dock: Dock = "log";
  pane: Pane = "editor";
  container: string | null = null;
  left = SPLIT.initial;
  reference: string;
  target = "";
  noCache = false;
  refusal: NotBuilt | null = null;
  runProblem = "";
  running = false;
  asking = false;
  now = Date.now();
  #stream: Stream | null = null;
  #clock: ReturnType<typeof setInterval> | undefined;
  #frame = false;
  #kept: Kept;
  #marksOf: BuildView | null = null;
  #marks: Mark[] = [];
  #headingsOf: BuildView | null = null;
  #headings: ReadonlyMap<string, string> = new Map();
  readonly baseNames: string[];

  constructor(
    readonly site: Session,
    readonly data: BuildPageData,
    private readonly root: HTMLElement,
  ) {
    this.workspace = new Store(workspaceFrom(data.state));
    this.baseNames = data.base.filter((b) => b.state === "ready").map((b) => b.reference);
    this.#kept = JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Kept;
    this.left = this.#kept.left ?? SPLIT.initial;
    this.reference = this.#kept.references?.[data.project.id] ?? this.builds[0]?.reference ?? this.#newName();
    this.files = new ProjectFiles(site, data.project, data.context, () => this.draw());
    this.files.onText = () => this.#plan();
    this.workspace.watch(() => this.draw());
  }

  start(): void {
    const { workspace } = this.data.state;
    if (workspace) this.site.follow(workspace.stream, Math.min(workspace.seq, this.data.project.seq), this.#events, () => void this.#reload());
    this.files.start();
    const wanted = /^#build=(.+)$/.exec(location.hash)?.[1];
    const first = this.builds.find((b) => b.id === wanted) ?? this.builds[0];
    if (first) this.show(first);
    this.#keys();
    this.#commands();
    this.draw();
    if (!first) requestAnimationFrame(() => this.#offerBuild());
  }

  /** In a new project the one thing to do has the focus. */
  #offerBuild(): void {
    if (document.activeElement === document.body) this.root.querySelector<HTMLElement>(".buildbar .primary")?.focus();
  }

  /** A name no image of another project has: two of one template would take it from each other. */
  #newName(): string {
    const { id, name } = this.data.project;
    const { builds, images } = this.workspace.state;
    return freeName(name, [...builds, ...images].filter((other) => other.project !== id).map((other) => other.reference));
  }

  get builds(): BuildSummary[] {
    return this.workspace.state.builds.filter((b) => b.project === this.data.project.id);
  }

  /** The image one would run: what the shown build made, else the newest of this project that is still there. */
  get image(): ImageSummary | null {
    const images = this.workspace.state.images.filter((i) => i.state === "ready");
    const made = this.view.finished?.image;
    return images.find((i) => i.id === made?.id) ?? images.find((i) => i.project === this.data.project.id) ?? null;
  }

  get runs(): ContainerSummary[] {
    const references = new Set([...this.builds.map((b) => b.reference), this.reference]);
    for (const i of this.workspace.state.images) if (i.project === this.data.project.id) references.add(i.reference);
    return this.workspace.state.containers.filter((c) => references.has(c.image)).map((c) => this.containers.newest(c));
  }

  /** Marks for the editor; the same array while the build stands still, so that edits do not reset it. */
  get marks(): Mark[] {
    if (this.#marksOf !== this.view) {
      this.#marksOf = this.view;
      this.#marks = marksThatFit(marks(this.view), this.view.steps, this.files.text(this.dockerfile) ?? "");
    }
    return this.#marks;
  }

  get headings(): ReadonlyMap<string, string> {
    if (this.#headingsOf !== this.view) {
      this.#headingsOf = this.view;
      this.#headings = new Map(this.view.steps.map(({ step }) => [step.id, heading(step)]));
    }
    return this.#headings;
  }

  get dockerfile(): string {
    const { active: open, files } = this.files.view;
    if (open !== null && languageOf(open) === "docker") return open;
    return files.find((f) => f.path === "Dockerfile")?.path ?? files.find((f) => languageOf(f.path) === "docker")?.path ?? "Dockerfile";
  }

  // --- what components ask for ---

  build = async (): Promise<void> => {
    if (this.asking) return;
    this.asking = true;
    this.refusal = null;
    this.draw();
    try {
      if (!(await this.files.flush())) return;
      const wish = {
        reference: this.reference,
        dockerfile: this.dockerfile,
        ...(this.target ? { target: this.target } : {}),
        ...(this.noCache ? { no_cache: true } : {}),
      };
      const { build, repeated } = await this.site.api.build(this.data.project.id, wish);
      this.workspace.update((w) => adoptBuild(w, build));
      if (repeated) this.site.toast({ text: "That build is under way already; here it is." });
      this.dock = "log";
      this.pane = "result";
      this.root.querySelector("#pane-3")?.scrollTo({ top: 0 });
      this.show(build);
    } catch (error) {
      this.#notBuilt(error);
    } finally {
      this.asking = false;
      this.draw();
    }
  };

  cancel = async (): Promise<void> => {
    if (!this.watching) return;
    try {
      const { did } = await this.site.api.cancelBuild(this.watching.id);
      if (!did) this.site.toast({ text: "It had ended already; nothing was cancelled." });
    } catch (error) {
      this.site.failed(error);
    }
  };

  /** Shows a build by reading its stream from the first event on. */
  show(build: BuildSummary): void {
    this.refusal = null;
    if (this.watching?.id === build.id) return;
    this.#stream?.close();
    this.watching = build;
    this.view = { ...NO_BUILD, state: build.state, ahead: build.ahead };
    this.book = new LogBook();
    this.step = null;
    history.replaceState(null, "", `#build=${build.id}`);
    this.#stream = new Stream(build.stream, {
      onEvents: (events) => {
        for (const event of events) {
          foldBuildLog(this.book, this.view, event);
          this.view = foldBuild(this.view, event);
        }
        if (this.view.state === "failed") this.step ??= this.view.finished?.failure?.step ?? null;
        this.#tick();
        this.draw();
      },
      onReset: (oldest) => {
        this.view = { ...NO_BUILD, seq: Math.max(0, oldest - 1), state: build.state };
        this.book.clear();
      },
      onLine: (line) => {
        if (line === "reconnecting" || line === "live") this.site.showLine(line);
      },
    });
    this.#tick();
    this.draw();
  }

  run = async (wish: RunDetail): Promise<void> => {
    this.running = true;
    this.runProblem = "";
    this.dock = "run";
    this.pane = "result";
    this.draw();
    try {
      const { container } = await this.site.api.run(wish);
      this.workspace.update((w) => adoptContainer(w, container));
      this.container = container.id;
    } catch (error) {
      if (error instanceof ApiError) this.runProblem = `${error.message} ${error.refusal.fix}`;
      else this.site.failed(error);
    } finally {
      this.running = false;
      this.draw();
      requestAnimationFrame(() => this.root.querySelector("#pane-4")?.scrollIntoView({ block: "end" }));
    }
  };

  act = async (id: string, verb: "start" | "stop" | "restart" | "remove"): Promise<void> => {
    try {
      const { did } = await this.site.api.container(id, verb);
      if (!did) this.site.toast({ text: "That had happened already." });
    } catch (error) {
      this.site.failed(error);
    }
  };

  set = (change: Partial<Pick<BuildPage, "dock" | "pane" | "step" | "container" | "target" | "noCache" | "left" | "reference">>): void => {
    Object.assign(this, change);
    if ("reference" in change) {
      this.#kept = { ...this.#kept, references: { ...this.#kept.references, [this.data.project.id]: this.reference } };
    }
    if ("left" in change) this.#kept = { ...this.#kept, left: this.left };
    if ("reference" in change || "left" in change) localStorage.setItem(KEPT, JSON.stringify(this.#kept));
    if ("target" in change) this.#plan();
    this.draw();
  };

  /** A line of the file that is open. */
  goInOpen(line: number, column = 1): void {
    this.#editor()?.goTo(line, column);
  }

  goTo(line: number, column = 1): void {
    this.pane = "editor";
    this.files.open(this.dockerfile);
    this.draw();
    requestAnimationFrame(() => this.#editor()?.goTo(line, column));
  }

  rename = async (): Promise<void> => {
    const { id, name } = this.data.project;
    const answer = await this.site.dialog.ask({
      heading: "Rename the project",
      fields: [{ name: "name", label: "Name", value: name }],
      confirm: "Rename",
      problem: (v) => (v.name ? "" : "Give it a name."),
    });
    if (!answer?.name) return;
    try {
      await this.site.api.renameProject(id, answer.name);
      this.data.project.name = answer.name;
      this.draw();
    } catch (error) {
      this.site.failed(error);
    }
  };

  remove = async (): Promise<void> => {
    const { id, name } = this.data.project;
    const answer = await this.site.dialog.ask({
      heading: `Delete ${name}?`,
      text: "Its files go; its images and containers stay. You can undo this on the next page.",
      confirm: "Delete",
      danger: true,
    });
    if (!answer) return;
    try {
      const { undo } = await this.site.api.removeProject(id);
      sayLater(`${name} was deleted.`, undo);
      location.assign("/");
    } catch (error) {
      this.site.failed(error);
    }
  };

  create = async (template: string): Promise<void> => {
    try {
      const { project } = await this.site.api.createProject(template);
      location.assign(`/projects/${project.id}/`);
    } catch (error) {
      this.site.failed(error);
    }
  };

  // --- drawing ---

  draw(): void {
    if (this.#frame) return;
    this.#frame = true;
    queueMicrotask(() => {
      this.#frame = false;
      const watched = this.runs.map((c) => c.id);
      this.containers.only(watched);
      render(buildPage(this), this.root);
    });
  }

  #plan(): void {
    const text = this.files.text(this.dockerfile);
    this.sketch = text === null ? NO_BUILD : plan(text, this.target);
    this.draw();
  }

  #tick(): void {
    const busy = active(this.view.state);
    if (busy && this.#clock === undefined) {
      this.#clock = setInterval(() => {
        this.now = Date.now();
        this.draw();
      }, 100);
    } else if (!busy) {
      clearInterval(this.#clock);
      this.#clock = undefined;
    }
    this.now = Date.now();
  }

  #events = (events: LogEvent[]): void => {
    for (const event of events) {
      if (event.type === "project.put" && event.data.id === this.data.project.id) this.data.project.name = event.data.name;
      this.files.take(event);
    }
    this.files.update((view) => events.reduce(foldFiles, view));
    this.workspace.update((view) => events.reduce(foldWorkspace, view));
  };

  async #reload(): Promise<void> {
    const state = await this.site.api.state();
    this.workspace.update(() => workspaceFrom(state));
  }

  #notBuilt(error: unknown): void {
    if (error instanceof Unreachable) return this.site.failed(error);
    if (!(error instanceof ApiError)) throw error;
    const [problem] = error.refusal.problems;
    this.files.server(error.refusal.problems, this.dockerfile);
    this.refusal = {
      message: problem?.message ?? error.message,
      fix: problem?.fix || error.refusal.fix,
      line: problem?.line ?? error.refusal.line,
    };
    this.pane = "result";
    this.root.querySelector("#pane-3")?.scrollTo({ top: 0 });
  }

  #editor() {
    return this.root.querySelector<DdEditor>("dd-editor");
  }

  focusPane(number: number): void {
    const panes: Pane[] = ["files", "editor", "result", "result"];
    this.pane = panes[number - 1] ?? "editor";
    this.draw();
    requestAnimationFrame(() => {
      const section = this.root.querySelector(`#pane-${number}`);
      if (number === 2) return this.#editor()?.focus();
      const host = section?.querySelector<HTMLElement>("dd-file-tree, dd-build-graph, dd-log");
      const inner = host?.shadowRoot?.querySelector<HTMLElement>('[tabindex="0"]');
      (inner ?? (section as HTMLElement | null))?.focus();
    });
  }

  #keys(): void {
    document.addEventListener("keydown", (event) => {
      const ctrl = event.ctrlKey || event.metaKey;
      if (ctrl && event.key === "Enter" && !event.defaultPrevented) {
        event.preventDefault();
        void this.build();
      } else if (ctrl && event.key.toLowerCase() === "s") {
        event.preventDefault();
        void this.files.flush();
      } else if (event.altKey && /^[1-4]$/.test(event.key)) {
        event.preventDefault();
        this.focusPane(Number(event.key));
      } else if (event.key === "F8" && !event.defaultPrevented && !typing(event)) {
        event.preventDefault();
        this.#editor()?.nextProblem();
      }
    });
  }

  #commands(): void {
    this.site.commands([
      { title: "Build", keys: "Ctrl Enter", run: () => void this.build() },
      { title: "Build without the cache", run: () => (this.set({ noCache: true }), void this.build()) },
      { title: "Cancel the build", run: () => void this.cancel() },
      { title: "Run the image", run: () => this.runIt() },
      { title: "New file", run: () => void this.files.act("new-file", "") },
      { title: "New folder", run: () => void this.files.act("new-folder", "") },
      { title: "Upload files", run: () => void this.files.act("upload", "") },
      { title: "Download the project", run: () => void this.files.act("download", "") },
      { title: "Next problem", keys: "F8", run: () => this.#editor()?.nextProblem() },
      { title: "Files", keys: "Alt 1", run: () => this.focusPane(1) },
      { title: "Editor", keys: "Alt 2", run: () => this.focusPane(2) },
      { title: "Build graph", keys: "Alt 3", run: () => this.focusPane(3) },
      { title: "Output", keys: "Alt 4", run: () => this.focusPane(4) },
      { title: "Show the log", run: () => this.set({ dock: "log" }) },
      { title: "Show earlier builds", run: () => this.set({ dock: "builds" }) },
      { title: "Rename the project", run: () => void this.rename() },
    ]);
  }

  /** The big button: opens the Run tab and runs with what its form says. */
  runIt(): void {
    this.set({ dock: "run", pane: "result" });
    requestAnimationFrame(() => this.root.querySelector<DdRunForm>("dd-run-form")?.submit());
  }
}

function heading(step: Step): string {
  const place = step.kind === "step" && step.total > 0 ? `[${step.stage} ${step.index}/${step.total}] ` : "";
  return place + shortTitle(step.title);
}

async function start(): Promise<void> {
  const data = pageData<BuildPageData>();
  const root = document.getElementById("bench");
  if (!data || !root) return;
  root.replaceChildren();
  new BuildPage(await session, data, root).start();
}

void start();
