// The files of the project that is open: texts as they are typed, their way to the server, and what is wrong with them.
import { ApiError } from "../data/errors";
import type { Context, Project } from "../data/api";
import { SaveQueue, type Pending, type SaveState } from "../data/save-queue";
import type { LogEvent } from "../stores/events";
import {
  closeFile,
  dropFile,
  filesFrom,
  moveOpen,
  openFile,
  pathProblem,
  putFile,
  replaceFiles,
  type FilesView,
} from "../stores/files";
import { mergeProblems } from "../stores/problems";
import type { FileSummary, Problem } from "../wire";
import type { DdConflict, Versions } from "../components/dd-conflict";
import type { FileVerb } from "../components/dd-file-tree";
import { languageOf } from "../components/file-kinds";
import { collectDrop, collectInput, type Upload } from "./uploads";
import type { Session } from "./site";

interface Loaded {
  text: string;
  version: number | null;
}

const CHECK_MS = 500;
const NONE: Problem[] = [];

export class ProjectFiles {
  view: FilesView;
  saving: SaveState = { kind: "saved", at: null };
  versions: Versions | null = null;
  targets: string[] = [];
  onText: () => void = () => undefined;
  readonly queue: SaveQueue;
  #loaded = new Map<string, Loaded>();
  #loading = new Set<string>();
  #local = new Map<string, Problem[]>();
  #server = new Map<string, Problem[]>();
  #merged = new Map<string, Problem[]>();
  #checking: AbortController | null = null;
  #checkTimer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly site: Session,
    private readonly project: Project,
    context: Context,
    private readonly changed: () => void,
  ) {
    this.view = filesFrom(project.id, project.files, context);
    this.queue = new SaveQueue(project.id, site.tab, {
      storage: localStorage,
      onState: (state) => this.#saving(state),
      onSaved: (file, text) => this.#saved(file, text),
      onAdopted: (path, edit) => {
        this.#restored(path, edit);
        this.changed();
      },
      save: async (path, text, base) => {
        const { file, context: now } = await site.api.saveFile(project.id, path, text, base);
        this.update((view) => ({ ...view, context: now }));
        return file;
      },
    });
  }

  start(): void {
    for (const [path, edit] of this.queue.restore()) this.#restored(path, edit);
    if (this.view.active) this.open(this.view.active);
    for (const file of this.view.files) if (languageOf(file.path) === "docker") void this.#load(file.path);
    this.check(0);
  }

  update(change: (view: FilesView) => FilesView): void {
    const next = change(this.view);
    if (next === this.view) return;
    this.view = next;
    this.changed();
  }

  text(path: string): string | null {
    return this.#loaded.get(path)?.text ?? null;
  }

  get dirty(): ReadonlySet<string> {
    return new Set(this.view.files.filter((f) => this.queue.pending(f.path)).map((f) => f.path));
  }

  summary(path: string | null): FileSummary | undefined {
    return this.view.files.find((f) => f.path === path);
  }

  open(path: string): void {
    this.update((view) => openFile(view, path));
    void this.#load(path);
  }

  close(path: string): void {
    this.update((view) => closeFile(view, path));
    if (this.view.active) void this.#load(this.view.active);
  }

  edit(path: string, text: string): void {
    const loaded = this.#loaded.get(path);
    if (!loaded || loaded.text === text) return;
    this.#loaded.set(path, { ...loaded, text });
    this.queue.edit(path, text, loaded.version);
    this.onText();
    this.changed();
  }

  async flush(): Promise<boolean> {
    const done = await this.queue.flush();
    if (!done) {
      const said = { conflict: "Choose a version of the file first.", refused: "A file could not be saved; see below the editor." };
      const text = this.saving.kind === "conflict" || this.saving.kind === "refused" ? said[this.saving.kind] : "";
      this.site.toast({ kind: "danger", text: text || "Drydock does not answer; your edits wait in this browser." });
      if (this.saving.kind === "conflict") void this.showConflict();
    }
    return done;
  }

  // --- problems ---

  problems(path: string | null): Problem[] {
    return path === null ? NONE : (this.#merged.get(path) ?? NONE);
  }

  found(path: string, problems: Problem[]): void {
    this.#local.set(path, problems);
    this.#merge(path);
  }

  server(problems: Problem[], path: string): void {
    this.#server.set(path, problems);
    this.#merge(path);
  }

  #merge(path: string): void {
    this.#merged.set(path, mergeProblems(this.#server.get(path) ?? NONE, this.#local.get(path) ?? NONE));
    this.changed();
  }

  /** Asks the server about what was saved; it reads the files, so it can speak of COPY sources too. */
  check(delay = CHECK_MS): void {
    clearTimeout(this.#checkTimer);
    this.#checkTimer = setTimeout(() => void this.#check(), delay);
  }

  async #check(): Promise<void> {
    const open = this.view.active !== null && languageOf(this.view.active) === "docker" ? this.view.active : null;
    const path = open ?? this.view.files.find((f) => languageOf(f.path) === "docker")?.path;
    if (path === undefined || this.queue.size > 0) return;
    this.#checking?.abort();
    const mine = (this.#checking = new AbortController());
    try {
      const { problems, targets } = await this.site.api.check(this.project.id, { dockerfile: path }, mine.signal);
      this.targets = targets;
      this.server(problems, path);
    } catch {
      // a newer check took its place, or the server is away: the browser's own checks stand
    }
  }

  // --- files ---

  act = async (verb: FileVerb, path: string): Promise<void> => {
    try {
      if (verb === "new-file") await this.#create(path, "file");
      else if (verb === "new-folder") await this.#create(path, "dir");
      else if (verb === "rename") await this.#rename(path);
      else if (verb === "remove") await this.#remove(path);
      else if (verb === "upload") await this.upload(await collectInput(), "");
      else location.assign(this.site.api.archiveUrl(this.project.id));
    } catch (error) {
      this.site.failed(error);
    }
  };

  drop = async (transfer: DataTransfer, into: string): Promise<void> => {
    try {
      await this.upload(await collectDrop(transfer), into);
    } catch (error) {
      this.site.failed(error);
    }
  };

  async upload(files: Upload[], into: string): Promise<void> {
    if (files.length === 0) return;
    const archive = files.length === 1 && /\.(tar|tar\.gz|tgz)$/.test(files[0]?.path ?? "");
    let unpack = false;
    if (archive) {
      const answer = await this.site.dialog.ask({
        heading: `Unpack ${files[0]?.path}?`,
        text: "Its files are added to the project. Otherwise it is kept as one file.",
        fields: [{ name: "how", label: "How", value: "unpack it", options: ["unpack it", "keep it as a file"] }],
        confirm: "Upload",
      });
      if (!answer) return;
      unpack = answer.how === "unpack it";
    }
    const { files: all, context, added } = await this.site.api.upload(this.project.id, files, into, unpack);
    this.#replace(all, context);
    const count = typeof added === "number" ? added : added.length;
    this.site.toast({ text: `${count} ${count === 1 ? "file was" : "files were"} added.` });
  }

  move = async (from: string, to: string): Promise<void> => {
    try {
      await this.queue.flush();
      const { files, context } = await this.site.api.move(this.project.id, from, to);
      this.queue.rename(from, to);
      for (const [path, loaded] of [...this.#loaded]) {
        if (path !== from && !path.startsWith(`${from}/`)) continue;
        this.#loaded.delete(path);
        const moved = to + path.slice(from.length);
        this.#loaded.set(moved, { ...loaded, version: files.find((f) => f.path === moved)?.version ?? null });
      }
      this.update((view) => moveOpen(view, from, to));
      this.#replace(files, context);
    } catch (error) {
      this.site.failed(error);
    }
  };

  async #create(near: string, kind: "file" | "dir"): Promise<void> {
    const summary = this.summary(near);
    const folder = summary?.kind === "dir" ? `${near}/` : near.includes("/") ? near.slice(0, near.lastIndexOf("/") + 1) : "";
    const answer = await this.site.dialog.ask({
      heading: kind === "file" ? "New file" : "New folder",
      fields: [{ name: "path", label: "Name", value: folder, hint: "Slashes make folders: src/app.py", mono: true }],
      confirm: "Create",
      problem: (v) => pathProblem(v.path ?? "", this.view.files),
    });
    const path = answer?.path;
    if (!path) return;
    if (kind === "dir") {
      const { file } = await this.site.api.makeFolder(this.project.id, path);
      return this.update((view) => putFile(view, file));
    }
    const { file, context } = await this.site.api.saveFile(this.project.id, path, "", null);
    this.#loaded.set(path, { text: "", version: file.version });
    this.update((view) => openFile({ ...putFile(view, file), context }, path));
  }

  async #rename(from: string): Promise<void> {
    const answer = await this.site.dialog.ask({
      heading: "Rename or move",
      fields: [{ name: "path", label: "Path", value: from, hint: "A path with a folder moves it there.", mono: true }],
      confirm: "Rename",
      problem: (v) => (v.path === from ? "That is its name already." : pathProblem(v.path ?? "", this.view.files)),
    });
    if (answer?.path) await this.move(from, answer.path);
  }

  async #remove(path: string): Promise<void> {
    const { files, context, undo } = await this.site.api.removeFile(this.project.id, path);
    this.queue.rename(path, null);
    this.update((view) => dropFile(view, path));
    this.#replace(files, context);
    this.site.toast({ text: `${path} was deleted.`, action: { label: "Undo", run: () => void this.#restore(path, undo) } });
  }

  async #restore(path: string, undo: string): Promise<void> {
    try {
      const { files, context } = await this.site.api.restoreFile(this.project.id, undo);
      this.#loaded.delete(path);
      this.#replace(files, context);
      if (this.summary(path)?.kind === "file") this.open(path);
    } catch (error) {
      this.site.failed(error);
    }
  }

  #replace(files: FileSummary[], context: Context): void {
    this.update((view) => replaceFiles(view, files, context));
    for (const [path, loaded] of [...this.#loaded]) {
      const now = this.summary(path);
      if (!now) this.#loaded.delete(path);
      else if (now.version !== loaded.version && !this.queue.pending(path)) void this.#load(path, true);
    }
    if (this.view.active) void this.#load(this.view.active);
    this.check();
  }

  // --- other tabs ---

  /** A change to this project that another tab made: read again what is open, unless edits of ours wait. */
  take(event: LogEvent): void {
    if (event.type === "file.gone" && event.data.project === this.project.id) {
      if (event.data.tab !== this.site.tab) this.#loaded.delete(event.data.path);
      return this.check();
    }
    if (event.type !== "file.put" || event.data.project !== this.project.id || event.data.tab === this.site.tab) return;
    const { path, version } = event.data.file;
    const loaded = this.#loaded.get(path);
    if (loaded && loaded.version !== version && !this.queue.pending(path)) void this.#load(path, true);
    this.check();
  }

  showConflict = async (): Promise<void> => {
    if (this.saving.kind !== "conflict") return;
    const { path, mine, theirs } = this.saving.conflict;
    let text: string | null = null;
    if (theirs) text = decode((await this.site.api.readFile(this.project.id, path)).bytes);
    this.versions = { path, mine, theirs: text };
    this.changed();
    await document.querySelector<DdConflict>("dd-conflict")?.open();
  };

  settle = async (choice: "mine" | "theirs"): Promise<void> => {
    const path = this.versions?.path;
    this.versions = null;
    await this.queue.settle(choice);
    if (choice === "theirs" && path !== undefined) {
      if (this.summary(path)) await this.#load(path, true);
      else this.update((view) => dropFile(view, path));
    }
    this.changed();
  };

  async #load(path: string, again = false): Promise<void> {
    const summary = this.summary(path);
    if ((this.#loaded.has(path) && !again) || this.#loading.has(path) || summary?.binary || summary?.kind !== "file") return;
    this.#loading.add(path);
    try {
      const { bytes, version } = await this.site.api.readFile(this.project.id, path);
      if (this.queue.pending(path)) return;
      this.#loaded.set(path, { text: decode(bytes), version: version ?? summary.version });
      this.onText();
      this.changed();
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) this.update((view) => dropFile(view, path));
      else this.site.failed(error);
    } finally {
      this.#loading.delete(path);
    }
  }

  #restored(path: string, edit: Pending): void {
    this.#loaded.set(path, { text: edit.text, version: edit.base });
    if (!this.summary(path)) return;
    this.update((view) => openFile(view, path));
  }

  #saving(state: SaveState): void {
    const asked = this.saving.kind !== "conflict" && state.kind === "conflict";
    this.saving = state;
    this.changed();
    if (asked) void this.showConflict();
  }

  #saved(file: FileSummary, text: string): void {
    const loaded = this.#loaded.get(file.path);
    if (loaded) this.#loaded.set(file.path, { text: loaded.text, version: file.version });
    else this.#loaded.set(file.path, { text, version: file.version });
    this.update((view) => putFile(view, file));
    this.check();
  }
}

function decode(bytes: Uint8Array): string {
  return new TextDecoder("utf-8").decode(bytes);
}
