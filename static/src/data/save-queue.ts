// Edits on their way to the server. An edit is kept in the browser's storage from the first keystroke until the server has
// it, is sent after a pause in typing, waits while nobody answers, and stops for the learner where somebody else saved first.
import type { FileSummary } from "../wire";
import { ApiError, Unreachable } from "./errors";

export interface Pending {
  text: string;
  /** The version it was made on; null: the file is new. */
  base: number | null;
}

export interface Conflict {
  path: string;
  mine: string;
  theirs: FileSummary | null;
}

export type SaveState =
  | { kind: "saved"; at: number | null }
  | { kind: "saving"; count: number }
  | { kind: "offline"; count: number }
  | { kind: "conflict"; conflict: Conflict; count: number }
  | { kind: "refused"; path: string; message: string; fix: string; count: number };

export interface SaveQueueDeps {
  save: (path: string, text: string, base: number | null) => Promise<FileSummary>;
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;
  onState: (state: SaveState) => void;
  onSaved: (file: FileSummary, text: string) => void;
  /** An edit of another tab is this tab's to send from now on: that one is gone. */
  onAdopted?: (path: string, edit: Pending) => void;
  now?: () => number;
}

interface Kept {
  /** When its tab was last there; 0: the tab said that it goes. */
  beat: number;
  pending: Record<string, Pending>;
}

export const PAUSE_MS = 600;
export const LONGEST_MS = 3_000;
export const BEAT_MS = 4_000;
export const ABANDONED_MS = 12_000;
const RETRY_MS = [1_000, 2_000, 4_000, 8_000, 15_000];

export class SaveQueue {
  #pending = new Map<string, Pending>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #beat: ReturnType<typeof setInterval> | undefined;
  #look: ReturnType<typeof setInterval> | undefined;
  #firstEdit = 0;
  #running: Promise<void> | null = null;
  #tries = 0;
  #offline = false;
  #conflict: Conflict | null = null;
  #refused: { path: string; message: string; fix: string } | null = null;
  #savedAt: number | null = null;
  #prefix: string;

  constructor(
    project: string,
    private readonly tab: string,
    private readonly deps: SaveQueueDeps,
  ) {
    this.#prefix = `drydock:pending:${project}:`;
    addEventListener("online", this.#wake);
    addEventListener("pagehide", this.#leave);
    addEventListener("pageshow", this.#come);
  }

  /** Takes up what an earlier page of this tab, or a tab that is gone, had not sent. Call it once, before any edit. */
  restore(): Map<string, Pending> {
    for (const name of [this.#prefix + this.tab, ...this.#others()]) this.#adopt(name);
    this.#look = setInterval(() => this.#lookAgain(), BEAT_MS);
    this.#say();
    return new Map(this.#pending);
  }

  /** The names under which other tabs keep edits of the project. */
  #others(): string[] {
    const { storage } = this.deps;
    const names = Array.from({ length: storage.length }, (_, i) => storage.key(i) ?? "");
    return names.filter((name) => name.startsWith(this.#prefix) && name !== this.#prefix + this.tab);
  }

  /** Makes the edits kept under *name* ours, if that is our tab or one that is gone. Answers what was taken. */
  #adopt(name: string): [string, Pending][] {
    const kept = this.#read(name);
    const ours = name === this.#prefix + this.tab;
    if (!kept || (!ours && this.#now() - kept.beat < ABANDONED_MS)) return [];
    const edits = Object.entries(kept.pending);
    const taken = edits.filter(([path]) => ours || !this.#pending.has(path));
    for (const [path, edit] of taken) this.#pending.set(path, edit);
    if (!ours) this.#leaveBehind(name, kept, edits.filter((edit) => !taken.includes(edit)));
    if (taken.length > 0) {
      this.#keep();
      this.#later(0);
    }
    return taken;
  }

  /** What we have an edit of ourselves stays until ours is sent: then it is a conflict for the learner to settle. */
  #leaveBehind(name: string, kept: Kept, rest: [string, Pending][]): void {
    if (rest.length === 0) this.deps.storage.removeItem(name);
    else this.deps.storage.setItem(name, JSON.stringify({ ...kept, pending: Object.fromEntries(rest) }));
  }

  /** A tab may also go without a word. */
  #lookAgain(): void {
    for (const name of this.#others()) {
      for (const [path, edit] of this.#adopt(name)) this.deps.onAdopted?.(path, edit);
    }
  }

  edit(path: string, text: string, base: number | null): void {
    const before = this.#pending.get(path);
    if (this.#pending.size === 0) this.#firstEdit = this.#now();
    this.#pending.set(path, { text, base: before ? before.base : base });
    if (this.#refused?.path === path) this.#refused = null;
    if (this.#conflict?.path === path) this.#conflict = { ...this.#conflict, mine: text };
    this.#keep();
    const waited = this.#now() - this.#firstEdit;
    if (!this.#offline) this.#later(Math.max(0, Math.min(PAUSE_MS, LONGEST_MS - waited)));
    this.#say();
  }

  pending(path: string): Pending | undefined {
    return this.#pending.get(path);
  }

  get size(): number {
    return this.#pending.size;
  }

  /** Sends what waits now; true if nothing waits afterwards. */
  async flush(): Promise<boolean> {
    clearTimeout(this.#timer);
    while (this.#running) await this.#running;
    this.#running = this.#send().finally(() => (this.#running = null));
    await this.#running;
    return this.#pending.size === 0;
  }

  /** The learner's answer to a conflict: "mine" writes over theirs, "theirs" forgets the edit. */
  async settle(choice: "mine" | "theirs"): Promise<void> {
    const conflict = this.#conflict;
    if (!conflict) return;
    this.#conflict = null;
    if (choice === "theirs") this.#pending.delete(conflict.path);
    else this.#pending.set(conflict.path, { text: conflict.mine, base: conflict.theirs?.version ?? null });
    this.#keep();
    this.#say();
    await this.flush();
  }

  /** A file moved or went: its edit goes with it. */
  rename(from: string, to: string | null): void {
    for (const [path, edit] of [...this.#pending]) {
      if (path !== from && !path.startsWith(`${from}/`)) continue;
      this.#pending.delete(path);
      if (to !== null) this.#pending.set(to + path.slice(from.length), edit);
    }
    this.#keep();
    this.#say();
  }

  close(): void {
    removeEventListener("online", this.#wake);
    removeEventListener("pagehide", this.#leave);
    removeEventListener("pageshow", this.#come);
    clearTimeout(this.#timer);
    clearInterval(this.#look);
    clearInterval(this.#beat);
  }

  #wake = (): void => {
    if (this.#pending.size > 0) void this.flush();
  };

  /** The page closes: whoever opens the project next need not wait to know that this tab is gone. */
  #leave = (): void => {
    clearInterval(this.#beat);
    if (this.#pending.size > 0) this.#write(0);
  };

  /** Back from the browser's cache of pages. */
  #come = (event: PageTransitionEvent): void => {
    if (event.persisted) this.#keep();
  };

  async #send(): Promise<void> {
    if (this.#pending.size === 0) return;
    this.#say(true);
    for (const [path, edit] of [...this.#pending]) {
      if (this.#conflict?.path === path || this.#refused?.path === path) continue;
      if (!(await this.#sendOne(path, edit))) break;
    }
    this.#keep();
    this.#say();
    if (this.#pending.size > 0 && !this.#offline && !this.#conflict && !this.#refused) this.#later(PAUSE_MS);
  }

  /** False: nobody answers, so the others wait too. */
  async #sendOne(path: string, edit: Pending): Promise<boolean> {
    let file: FileSummary;
    try {
      file = await this.deps.save(path, edit.text, edit.base);
    } catch (error) {
      return this.#failed(path, edit, error);
    }
    this.#offline = false;
    this.#tries = 0;
    this.#savedAt = this.#now();
    const now = this.#pending.get(path);
    if (now === edit) this.#pending.delete(path);
    else if (now) this.#pending.set(path, { text: now.text, base: file.version });
    this.#firstEdit = this.#now();
    this.deps.onSaved(file, edit.text);
    return true;
  }

  async #failed(path: string, edit: Pending, error: unknown): Promise<boolean> {
    if (error instanceof Unreachable || (error instanceof ApiError && error.passing)) {
      this.#offline = true;
      const wait = error instanceof ApiError && error.retryAfter !== null ? error.retryAfter * 1000 : 0;
      this.#later(Math.max(wait, RETRY_MS[Math.min(this.#tries, RETRY_MS.length - 1)] ?? 15_000));
      this.#tries += 1;
      return false;
    }
    this.#offline = false;
    if (!(error instanceof ApiError)) throw error;
    if (error.status === 409 || error.status === 412 || error.status === 404) {
      const theirs = (error.refusal.theirs as FileSummary | undefined) ?? null;
      if (theirs && theirs.sha256 !== "" && theirs.sha256 === (await sha256(edit.text))) {
        this.#pending.delete(path); // an answer was lost, or both wrote the same
        this.deps.onSaved(theirs, edit.text);
        return true;
      }
      this.#conflict ??= { path, mine: this.#pending.get(path)?.text ?? edit.text, theirs };
      return true;
    }
    this.#refused = { path, message: error.refusal.message, fix: error.refusal.fix };
    return true;
  }

  #later(delay: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), delay);
  }

  #say(sending = false): void {
    const count = this.#pending.size;
    if (this.#conflict) this.deps.onState({ kind: "conflict", conflict: this.#conflict, count });
    else if (count === 0) this.deps.onState({ kind: "saved", at: this.#savedAt });
    else if (this.#refused) this.deps.onState({ kind: "refused", ...this.#refused, count });
    else if (this.#offline && !sending) this.deps.onState({ kind: "offline", count });
    else if (!this.#offline) this.deps.onState({ kind: "saving", count });
  }

  #keep(): void {
    const name = this.#prefix + this.tab;
    clearInterval(this.#beat);
    if (this.#pending.size === 0) return this.deps.storage.removeItem(name);
    this.#write(this.#now());
    this.#beat = setInterval(() => this.#write(this.#now()), BEAT_MS);
  }

  #write(beat: number): void {
    const kept: Kept = { beat, pending: Object.fromEntries(this.#pending) };
    try {
      this.deps.storage.setItem(this.#prefix + this.tab, JSON.stringify(kept));
    } catch {
      // the browser's store is full: the edit lives in this page and is sent from here
    }
  }

  #read(name: string): Kept | null {
    try {
      return JSON.parse(this.deps.storage.getItem(name) ?? "null") as Kept | null;
    } catch {
      return null;
    }
  }

  #now(): number {
    return this.deps.now?.() ?? Date.now();
  }
}

async function sha256(text: string): Promise<string> {
  if (!crypto.subtle) return "unknown";
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}
