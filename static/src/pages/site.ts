// What every page has: the header's tools, messages, the banner, and the things other pages build on (`session`).
import "../styles/page.css";
import { Api, type Health, type State } from "../data/api";
import { HealthWatch } from "../data/health";
import { ApiError, Unreachable } from "../data/errors";
import { Stream, type Line } from "../data/stream";
import { tabName } from "../data/tab";
import type { LogEvent } from "../stores/events";
import type { BaseImage } from "../wire";
import "../components/dd-banner";
import "../components/dd-dialog";
import "../components/dd-help";
import "../components/dd-line";
import "../components/dd-palette";
import "../components/dd-term";
import "../components/dd-theme";
import "../components/dd-toasts";
import type { DdBanner } from "../components/dd-banner";
import type { DdDialog } from "../components/dd-dialog";
import type { DdHelp } from "../components/dd-help";
import type { DdLine } from "../components/dd-line";
import type { Command, DdPalette } from "../components/dd-palette";
import type { DdTheme, Theme } from "../components/dd-theme";
import type { DdToasts, Toast } from "../components/dd-toasts";

export interface TemplateCard {
  key: string;
  title: string;
  about: string;
  image: string;
  ready: boolean;
}

export interface PageData {
  state: State;
  limits: Record<string, number>;
  base: BaseImage[];
  templates?: TemplateCard[];
}

export function pageData<T extends PageData>(): T | null {
  const text = document.getElementById("page")?.textContent;
  return text ? (JSON.parse(text) as T) : null;
}

const find = <E extends HTMLElement>(tag: string): E => document.querySelector<E>(tag) as E;

const THEME = "drydock:theme";

function wireTheme(): void {
  const toggle = find<DdTheme>("dd-theme");
  const kept = localStorage.getItem(THEME);
  toggle.theme = kept === "light" || kept === "dark" ? kept : "system";
  toggle.addEventListener("dd-theme", (event) => setTheme(toggle, (event as CustomEvent<Theme>).detail));
}

function setTheme(toggle: DdTheme, theme: Theme): void {
  toggle.theme = theme;
  if (theme === "system") {
    localStorage.removeItem(THEME);
    delete document.documentElement.dataset.theme;
  } else {
    localStorage.setItem(THEME, theme);
    document.documentElement.dataset.theme = theme;
  }
}

/** One per page: the calls, the messages, the questions, the commands. */
export class Session {
  readonly api: Api;
  readonly dialog = find<DdDialog>("dd-dialog");
  readonly #palette = find<DdPalette>("dd-palette");
  readonly #line = find<DdLine>("dd-line");
  readonly #health: HealthWatch;

  constructor(readonly tab: string) {
    this.api = new Api(tab);
    const banner = find<DdBanner>("dd-banner");
    this.#health = new HealthWatch(this.api.health, (health: Health | null) => (banner.parts = health?.parts ?? []));
    this.api.onTrouble = (error) => {
      if (error instanceof Unreachable || (error instanceof ApiError && error.status >= 500)) void this.#health.look();
    };
    this.commands([]);
  }

  toast(toast: Toast): void {
    find<DdToasts>("dd-toasts").show(toast);
  }

  /** Says what went wrong; a call that failed changes nothing else. */
  failed = (error: unknown): void => {
    if (error instanceof ApiError) this.toast({ kind: "danger", text: `${error.message} ${error.refusal.fix}`.trim() });
    else if (error instanceof Unreachable) this.toast({ kind: "danger", text: error.message });
    else throw error;
  };

  /** The page's own commands, before the ones every page has. */
  commands(own: Command[]): void {
    this.#palette.commands = [
      ...own,
      ...[...document.querySelectorAll<HTMLAnchorElement>(".top nav a")].map((a) => ({
        title: `Go to ${a.textContent?.trim() ?? ""}`,
        run: () => location.assign(a.href),
      })),
      { title: "Go to the front page", run: () => location.assign("/") },
      ...(["light", "dark", "system"] as Theme[]).map((theme) => ({
        title: `Colours: ${theme}`,
        run: () => setTheme(find<DdTheme>("dd-theme"), theme),
      })),
      { title: "Help and keys", keys: "?", run: () => find<DdHelp>("dd-help").open() },
    ];
  }

  /** Follows a learner's workspace and shows in the header how the line is. */
  follow(stream: string, after: number, onEvents: (events: LogEvent[]) => void, onReset: () => void): Stream {
    const live = new Stream(stream, { onEvents, onReset, onLine: (line) => this.showLine(line) }, after);
    this.showLine(live.line);
    return live;
  }

  showLine(line: Line): void {
    if (line !== "live" && this.#line.state === "live") this.#line.heard = Date.now();
    this.#line.state = line;
  }
}

function keys(): void {
  const palette = find<DdPalette>("dd-palette");
  const help = find<DdHelp>("dd-help");
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
      event.preventDefault();
      palette.open();
    } else if (event.key === "?" && !typing(event)) {
      event.preventDefault();
      help.open();
    }
  });
  document.getElementById("commands")?.addEventListener("click", () => palette.open());
  document.getElementById("help")?.addEventListener("click", () => help.open());
}

/** Is the key meant for a field? */
export function typing(event: KeyboardEvent): boolean {
  const [target] = event.composedPath();
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** A message that waits for the next page, such as "deleted · Undo". */
const LATER = "drydock:later";

export function sayLater(text: string, undoProject: string): void {
  sessionStorage.setItem(LATER, JSON.stringify({ text, undoProject }));
}

function sayNow(session: Session): void {
  const kept = sessionStorage.getItem(LATER);
  sessionStorage.removeItem(LATER);
  if (!kept) return;
  const { text, undoProject } = JSON.parse(kept) as { text: string; undoProject: string };
  const run = async () => {
    try {
      const { project } = await session.api.restoreProject(undoProject);
      location.assign(`/projects/${project.id}/`);
    } catch (error) {
      session.failed(error);
    }
  };
  session.toast({ text, action: { label: "Undo", run: () => void run() } });
}

wireTheme();
keys();

export const session: Promise<Session> = tabName().then((tab) => {
  const made = new Session(tab);
  sayNow(made);
  return made;
});
