// The project's files as a tree: one tab stop, arrows move and open folders, F2 renames, Delete removes, drag moves,
// and files from the desktop may be dropped anywhere on it.
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { classMap } from "lit/directives/class-map.js";
import { tree, type ContextView, type TreeNode } from "../stores/files";
import type { FileSummary } from "../wire";
import { bytes, plural } from "./format";
import { icons } from "./icons";
import { shared, tell } from "./shared";
import "./dd-term";

export type FileVerb = "new-file" | "new-folder" | "rename" | "remove" | "upload" | "download";

const DRAG = "application/x-drydock-path";

@customElement("dd-file-tree")
export class DdFileTree extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        background: var(--card);
        font: 13px/1.3 var(--sans);
      }
      .bar {
        display: flex;
        align-items: center;
        justify-content: space-between;
        min-height: 41px;
        padding: 0 8px 0 14px;
        border-bottom: 1px solid var(--line);
      }
      .bar h2 {
        font-size: 13px;
      }
      .bar div {
        display: flex;
      }
      .bar button {
        padding: 4px 5px;
      }
      [role="tree"] {
        flex: 1;
        min-height: 80px;
        overflow: auto;
        padding: 6px;
        margin: 0;
        list-style: none;
      }
      .row {
        display: flex;
        align-items: center;
        gap: 7px;
        width: 100%;
        min-height: 30px;
        padding: 3px 4px 3px 8px;
        border-radius: 8px;
        cursor: pointer;
        color: var(--ink);
        outline-offset: -2px;
      }
      .row:hover {
        background: var(--hover);
      }
      .row.active {
        background: var(--accent-soft);
        color: var(--accent);
      }
      .row.ignored .name {
        color: var(--muted);
        font-style: italic;
      }
      .row.over {
        outline: 2px dashed var(--accent);
      }
      .row > svg {
        flex: none;
        color: var(--muted);
      }
      .row .chevron {
        transition: transform 120ms;
      }
      .row[aria-expanded="true"] .chevron {
        transform: rotate(90deg);
      }
      .name {
        flex: 1;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .dot {
        width: 7px;
        height: 7px;
        border-radius: 50%;
        background: var(--accent);
        margin-right: 6px;
      }
      .row {
        position: relative;
      }
      .acts {
        display: none;
        position: absolute;
        right: 2px;
        top: 2px;
        bottom: 2px;
        align-items: center;
        padding-left: 10px;
        border-radius: 7px;
        background: linear-gradient(to right, transparent, var(--hover) 8px);
        pointer-events: none;
      }
      .active .acts {
        background: linear-gradient(to right, transparent, var(--accent-soft) 8px);
      }
      button.act {
        padding: 0 3px;
        min-height: 24px;
        pointer-events: auto;
      }
      .row:hover .acts,
      .row:focus-visible .acts {
        display: flex;
      }
      .d1 { padding-left: 24px; }
      .d2 { padding-left: 40px; }
      .d3 { padding-left: 56px; }
      .d4 { padding-left: 72px; }
      footer {
        border-top: 1px solid var(--line);
        padding: 10px 14px;
        font-size: 12px;
        color: var(--muted);
        line-height: 1.5;
      }
      .track {
        height: 6px;
        border-radius: 3px;
        background: var(--track);
        overflow: hidden;
        margin: 5px 0 6px;
      }
      .track i {
        display: block;
        height: 100%;
        background: var(--accent);
        min-width: 2px;
      }
      details ul {
        margin: 4px 0 0;
        padding: 0;
        list-style: none;
        max-height: 130px;
        overflow: auto;
      }
      details li {
        overflow-wrap: anywhere;
      }
      summary {
        cursor: pointer;
      }
      :host(.drop) [role="tree"] {
        outline: 2px dashed var(--accent);
        outline-offset: -6px;
        background: var(--accent-soft);
      }
    `,
  ];

  @property({ attribute: false }) files: FileSummary[] = [];
  @property({ attribute: false }) context: ContextView | null = null;
  @property() active: string | null = null;
  @property({ attribute: false }) dirty: ReadonlySet<string> = new Set();

  @state() private closed: ReadonlySet<string> = new Set();
  @state() private at: string | null = null;
  @state() private over: string | null = null;

  protected override render() {
    const rows = this.#rows();
    const at = rows.some((r) => r.path === this.at) ? this.at : (rows.find((r) => r.path === this.active) ?? rows[0])?.path;
    return html`
      <div class="bar">
        <h2>Files</h2>
        <div>
          ${this.#button("new-file", "New file", icons.plus)} ${this.#button("new-folder", "New folder", icons.newFolder)}
          ${this.#button("upload", "Upload files", icons.upload)} ${this.#button("download", "Download all as .tar.gz", icons.download)}
        </div>
      </div>
      ${rows.length === 0
        ? html`<div class="empty" role="note" @dragover=${this.dragOver} @drop=${this.dropped}>No files. Make a Dockerfile with +, or drop files here.</div>`
        : html`<div
            role="tree"
            aria-label="Files"
            @keydown=${(e: KeyboardEvent) => this.#key(e, rows)}
            @dragover=${this.dragOver}
            @dragleave=${this.dragLeave}
            @drop=${this.dropped}
          >
            ${rows.map((r) => this.#row(r, r.path === at))}
          </div>`}
      ${this.#context()}
    `;
  }

  #button(verb: FileVerb, label: string, icon: unknown) {
    return html`<button class="bare" aria-label=${label} title=${label} @click=${() => this.#tell(verb, this.at ?? this.active ?? "")}>${icon}</button>`;
  }

  #row(node: TreeNode, current: boolean) {
    const folder = node.kind === "dir";
    const ignored = this.context?.ignored.find((i) => i.path === node.path || i.path === `${node.path}/`);
    const classes = {
      row: true,
      active: node.path === this.active,
      ignored: ignored !== undefined,
      over: node.path === this.over,
      [`d${Math.min(4, node.depth)}`]: node.depth > 0,
    };
    return html`<div
      class=${classMap(classes)}
      role="treeitem"
      aria-level=${node.depth + 1}
      aria-selected=${node.path === this.active}
      aria-expanded=${folder ? String(!this.closed.has(node.path)) : nothing}
      aria-label=${`${node.name}${this.dirty.has(node.path) ? ", not saved yet" : ""}${ignored ? ", left out by .dockerignore" : ""}`}
      tabindex=${current ? 0 : -1}
      draggable="true"
      data-path=${node.path}
      title=${ignored ? `Left out of the build by .dockerignore line ${ignored.line}: ${ignored.pattern}` : node.path}
      @click=${() => this.#open(node)}
      @focus=${() => (this.at = node.path)}
      @dragstart=${(e: DragEvent) => e.dataTransfer?.setData(DRAG, node.path)}
      @dragenter=${() => (this.over = folder ? node.path : null)}
    >
      ${folder ? html`<svg class="chevron" width="12" height="12" viewBox="0 0 16 16" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true"><path d="M6 4l4 4-4 4" /></svg>` : icons.file}
      <span class="name">${node.name}</span>
      ${this.dirty.has(node.path) ? html`<span class="dot" aria-hidden="true"></span>` : nothing}
      <span class="acts">${this.#act("rename", "Rename or move (F2)", icons.pencil, node)}${this.#act("remove", "Delete (Delete)", icons.bin, node)}</span>
    </div>`;
  }

  /** For the mouse only: F2 and Delete do the same for the keyboard. */
  #act(verb: FileVerb, label: string, icon: unknown, node: TreeNode) {
    return html`<button class="bare act" tabindex="-1" aria-hidden="true" title=${label} @click=${(e: Event) => (e.stopPropagation(), this.#tell(verb, node.path))}>${icon}</button>`;
  }

  #context() {
    const c = this.context;
    if (!c) return html`<footer><dd-term term="context">Context</dd-term></footer>`;
    return html`<footer>
      <dd-term term="context">Context</dd-term>: <b class="num">${bytes(c.bytes)}</b> of ${bytes(c.limit)}, ${plural(c.files, "file")}
      <div class="track" aria-hidden="true"><i .style=${`width: ${Math.min(100, (100 * c.bytes) / Math.max(1, c.limit))}%`}></i></div>
      ${c.ignored.length === 0
        ? html`<span>Nothing is left out by <dd-term term=".dockerignore">.dockerignore</dd-term>.</span>`
        : html`<details>
            <summary>${plural(c.ignored.length, "file")} left out by .dockerignore</summary>
            <ul>${c.ignored.map((i) => html`<li><b>${i.path}</b> by line ${i.line}: ${i.pattern}</li>`)}</ul>
          </details>`}
    </footer>`;
  }

  #rows(): TreeNode[] {
    const rows: TreeNode[] = [];
    const walk = (nodes: TreeNode[]): void => {
      for (const node of nodes) {
        rows.push(node);
        if (node.kind === "dir" && !this.closed.has(node.path)) walk(node.children);
      }
    };
    walk(tree(this.files));
    return rows;
  }

  #open(node: TreeNode): void {
    this.at = node.path;
    if (node.kind === "file") return tell(this, "dd-open", { path: node.path });
    const closed = new Set(this.closed);
    if (!closed.delete(node.path)) closed.add(node.path);
    this.closed = closed;
  }

  #key(event: KeyboardEvent, rows: TreeNode[]): void {
    const focused = (event.target as HTMLElement).dataset.path ?? this.at;
    const index = rows.findIndex((r) => r.path === focused);
    const here = rows[index];
    if (!here) return;
    const closed = this.closed.has(here.path);
    const to: Record<string, () => void> = {
      ArrowDown: () => this.#focus(rows[index + 1]),
      ArrowUp: () => this.#focus(rows[index - 1]),
      Home: () => this.#focus(rows[0]),
      End: () => this.#focus(rows.at(-1)),
      ArrowRight: () => (here.kind === "dir" && closed ? this.#open(here) : this.#focus(rows[index + 1])),
      ArrowLeft: () => (here.kind === "dir" && !closed ? this.#open(here) : this.#focus(rows.find((r) => r.path === here.path.slice(0, here.path.lastIndexOf("/"))))),
      Enter: () => this.#open(here),
      " ": () => this.#open(here),
      F2: () => this.#tell("rename", here.path),
      Delete: () => this.#tell("remove", here.path),
    };
    const act = to[event.key];
    if (!act || event.ctrlKey || event.altKey) return;
    event.preventDefault();
    act();
  }

  #focus(node: TreeNode | undefined): void {
    if (!node) return;
    this.at = node.path;
    void this.updateComplete.then(() => this.renderRoot.querySelector<HTMLElement>(`[data-path="${CSS.escape(node.path)}"]`)?.focus());
  }

  #tell(verb: FileVerb, path: string): void {
    tell(this, "dd-file", { verb, path });
  }

  private dragOver = (event: DragEvent): void => {
    event.preventDefault();
    this.classList.toggle("drop", event.dataTransfer?.types.includes("Files") ?? false);
  };

  private dragLeave = (event: DragEvent): void => {
    if (event.target === event.currentTarget) this.#undrag();
  };

  private dropped = (event: DragEvent): void => {
    event.preventDefault();
    const into = this.over ?? "";
    this.#undrag();
    const from = event.dataTransfer?.getData(DRAG);
    if (from) return this.#moveInto(from, into);
    if (event.dataTransfer) tell(this, "dd-drop", { transfer: event.dataTransfer, into });
  };

  #moveInto(from: string, into: string): void {
    const name = from.slice(from.lastIndexOf("/") + 1);
    const to = into === "" ? name : `${into}/${name}`;
    if (to !== from && !to.startsWith(`${from}/`)) tell(this, "dd-move", { from, to });
  }

  #undrag(): void {
    this.over = null;
    this.classList.remove("drop");
  }
}
