// The build, as stages side by side. Form tells a step's state as well as colour: bolt, tick, arc, ring, cross, dash.
// One tab stop; arrows move, Enter chooses; the same data stands in a table a press away.
import { css, html, LitElement, nothing, svg, type PropertyValues, type SVGTemplateResult } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { classMap } from "lit/directives/class-map.js";
import type { BuildView, StepView } from "../stores/build";
import { CELL_H, layout, type Cell, type Layout } from "../stores/graph-layout";
import { seconds, shortTitle } from "./format";
import { shared, tell } from "./shared";

const WORD: Record<StepView["state"], string> = {
  waiting: "waits",
  running: "running",
  cached: "cached",
  done: "done",
  failed: "failed",
  cancelled: "stopped",
};

/** In narrower cells the icon alone says "waits" and "cached", and the title gets the room. */
const ROOMY = 226;

let canvas: CanvasRenderingContext2D | null | undefined;

function measure(text: string): number {
  canvas ??= document.createElement("canvas").getContext("2d");
  if (!canvas) return text.length * 7;
  canvas.font = '12.5px "Inter Variable", sans-serif';
  return canvas.measureText(text).width;
}

/** *text* cut with … to *room* pixels. */
function fit(text: string, room: number): string {
  if (measure(text) <= room) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(`${text.slice(0, middle)}…`) <= room) low = middle;
    else high = middle - 1;
  }
  return `${text.slice(0, low).trimEnd()}…`;
}

@customElement("dd-build-graph")
export class DdBuildGraph extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      header {
        min-height: 30px;
        align-items: center;
      }
      h2 {
        white-space: nowrap;
      }
      header .grow {
        flex: 1;
      }
      .ready {
        font-size: 12px;
        white-space: nowrap;
      }
      @media (max-width: 640px) {
        header .muted {
          display: none;
        }
      }
      .scroll {
        overflow-x: auto;
        overflow-y: hidden;
        margin: 0 -4px;
        padding: 0 4px 4px;
        min-height: 196px;
      }
      svg {
        display: block;
        overflow: visible;
      }
      text {
        fill: var(--ink);
        font: 12.5px var(--sans);
      }
      .right {
        fill: var(--muted);
        font-size: 11.5px;
        text-anchor: end;
        font-variant-numeric: tabular-nums;
      }
      .stage {
        font-weight: 600;
        font-size: 11px;
        fill: var(--muted);
        letter-spacing: 0.07em;
      }
      .wire {
        fill: none;
        stroke: var(--wire);
        stroke-width: 1.5;
      }
      .wire.hot {
        stroke: var(--accent);
        stroke-width: 2;
      }
      .head {
        fill: var(--wire);
      }
      .cell {
        cursor: pointer;
        outline: none;
      }
      .box {
        fill: var(--card);
        stroke: var(--line);
        transition: fill 160ms, stroke 160ms;
      }
      .cell:hover .box {
        stroke: var(--accent);
      }
      .cached .box {
        fill: var(--accent-soft);
        stroke: var(--groupline);
      }
      .running .box {
        stroke: var(--accent);
        stroke-width: 2;
      }
      .waiting .box {
        fill: transparent;
        stroke: var(--wire);
        stroke-dasharray: 4 4;
      }
      .cancelled .box {
        fill: transparent;
        stroke: var(--muted);
        stroke-dasharray: 1.5 3;
      }
      .failed .box {
        fill: var(--danger-soft);
        stroke: var(--danger);
        stroke-width: 2;
      }
      .failed .right {
        fill: var(--danger);
        font-weight: 600;
      }
      .waiting text:first-of-type,
      .cancelled text:first-of-type {
        fill: var(--muted);
      }
      .chosen .mark {
        fill: var(--accent);
      }
      .mark {
        fill: transparent;
      }
      .focus {
        fill: none;
        stroke: transparent;
        stroke-width: 2;
      }
      .cell:focus-visible .focus {
        stroke: var(--accent);
      }
      .i-accent {
        fill: var(--accent);
      }
      .i-ok {
        fill: var(--ok);
      }
      .i-danger {
        fill: var(--danger);
      }
      .i-line {
        fill: none;
        stroke: var(--card);
        stroke-width: 1.8;
        stroke-linecap: round;
        stroke-linejoin: round;
      }
      .i-bolt {
        fill: var(--card);
      }
      .i-ring {
        fill: none;
        stroke: var(--wire);
        stroke-width: 1.5;
      }
      .i-arc {
        fill: none;
        stroke: var(--accent);
        stroke-width: 2.5;
        stroke-dasharray: 26 12;
        transform-box: fill-box;
        transform-origin: center;
        animation: turn 0.9s linear infinite;
      }
      .i-dash {
        stroke: var(--muted);
        stroke-width: 2;
        stroke-linecap: round;
      }
      @keyframes turn {
        to {
          transform: rotate(360deg);
        }
      }
      table {
        width: 100%;
        border-collapse: collapse;
        font-size: 13px;
      }
      th,
      td {
        text-align: left;
        padding: 6px 12px 6px 0;
        border-top: 1px solid var(--line);
        vertical-align: top;
      }
      thead th {
        border: 0;
        color: var(--muted);
        font-size: 12px;
      }
      td.n {
        white-space: nowrap;
        font-variant-numeric: tabular-nums;
      }
      .key {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        margin-top: 8px;
        font-size: 12px;
        color: var(--muted);
      }
      .key span {
        display: inline-flex;
        align-items: center;
        gap: 6px;
      }
      .key svg {
        overflow: visible;
      }
    `,
  ];

  @property({ attribute: false }) view: BuildView | null = null;
  @property({ attribute: false }) chosen: string | null = null;
  /** True while this is the sketch of a build that was not asked for yet. */
  @property({ type: Boolean }) sketch = false;
  /** Milliseconds now; the page moves it on while something runs. */
  @property({ type: Number }) now = 0;

  @state() private table = false;
  @state() private width = 760;
  @state() private at: string | null = null;
  #layout: Layout = layout([], 760);
  #resize: ResizeObserver | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#resize = new ResizeObserver(([entry]) => {
      const width = Math.round((entry?.contentRect.width ?? 792) - 34);
      if (width > 0) this.width = width;
    });
    this.#resize.observe(this);
  }

  override disconnectedCallback(): void {
    this.#resize?.disconnect();
    super.disconnectedCallback();
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (changed.has("view") || changed.has("width")) this.#layout = layout(this.view?.steps ?? [], this.width);
    if (!this.#layout.cells.some((c) => c.id === this.at)) this.at = this.#layout.cells[0]?.id ?? null;
  }

  protected override render() {
    const { cells } = this.#layout;
    return html`<section class="panel" aria-label="Build graph">
      <header>
        <h2><slot name="title">Build graph</slot></h2>
        <span class="muted caption" ?hidden=${this.width < 560}>${this.#caption()}</span>
        <span class="grow"></span>
        ${this.#inner()}
        <button class="bare" aria-pressed=${this.table} ?disabled=${cells.length === 0} @click=${() => (this.table = !this.table)}>
          ${this.table ? "Graph" : "Table"}
        </button>
      </header>
      ${cells.length === 0 ? html`<div class="scroll empty"><slot name="empty"></slot></div>` : this.table ? this.#table() : this.#graph()}
    </section>`;
  }

  #caption(): string {
    if (this.sketch) return "what Build will do";
    return this.#layout.columns.length > 1 ? "stages side by side; arrows are COPY --from" : "a change makes the steps below run again";
  }

  /** What BuildKit does before the first instruction: one line, not cells. */
  #inner() {
    const inner = (this.view?.steps ?? []).filter((s) => s.step.kind === "internal");
    if (inner.length === 0) return nothing;
    const over = inner.filter((s) => s.state === "done" || s.state === "cached").length;
    const title = inner.map((s) => `${shortTitle(s.step.title)}: ${WORD[s.state]}`).join("\n");
    return html`<span class="muted ready num" title=${title}>${over < inner.length ? `Getting ready ${over} of ${inner.length}` : "Files and base images loaded"}</span>`;
  }

  #graph() {
    const { width, height, columns, wires, cells } = this.#layout;
    const running = new Set(cells.filter((c) => c.view.state === "running").map((c) => c.id));
    return html`<div class="scroll">
      <svg width=${width} height=${height} viewBox=${`0 0 ${width} ${height}`} role="group" aria-label=${this.#summary()} @keydown=${this.key}>
        <defs>
          <marker id="a" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="9" markerHeight="9" markerUnits="userSpaceOnUse" orient="auto">
            <path d="M0 0L8 4L0 8z" class="head"></path>
          </marker>
        </defs>
        ${wires.map((w) => svg`<path class=${running.has(w.to) ? "wire hot" : "wire"} d=${w.path} marker-end=${w.kind === "arrow" ? "url(#a)" : nothing}></path>`)}
        ${columns.map(
          (column, i) => svg`<g role="group" aria-label=${`Stage ${column.stage}`}>
            <text class="stage" x=${column.x} y="13">${column.stage.toUpperCase()}</text>
            ${cells.filter((c) => c.column === i).map((c) => this.#cell(c))}
          </g>`,
        )}
      </svg>
    </div>`;
  }

  #cell(cell: Cell): SVGTemplateResult {
    const { view, x, y, id } = cell;
    const w = this.#layout.cellWidth;
    const right = w < ROOMY && (view.state === "waiting" || view.state === "cached") ? "" : this.#right(view);
    const title = titleOf(view);
    const room = w - 38 - 12 - measure(right) - 8;
    const chosen = id === this.chosen;
    return svg`<g
      class=${classMap({ cell: true, [view.state]: true, chosen })}
      role="button"
      tabindex=${id === this.at ? 0 : -1}
      data-id=${id}
      aria-pressed=${chosen}
      aria-label=${this.#label(view)}
      @click=${() => this.#choose(id)}
      @focus=${() => (this.at = id)}
    >
      <title>${title}</title>
      <rect class="focus" x=${x - 3} y=${y - 3} width=${w + 6} height=${CELL_H + 6} rx="12"></rect>
      <rect class="box" x=${x} y=${y} width=${w} height=${CELL_H} rx="9"></rect>
      <rect class="mark" x=${x + 4} y=${y + 9} width="3" height=${CELL_H - 18} rx="1.5"></rect>
      ${stateIcon(view.state, x + 20, y + CELL_H / 2)}
      <text x=${x + 36} y=${y + 21.5}>${fit(title, room)}</text>
      <text class="right" x=${x + w - 12} y=${y + 21.5}>${right}</text>
    </g>`;
  }

  #right(view: StepView): string {
    if (view.state === "running") {
      const start = view.started ?? 0;
      const began = this.view?.startedAt ? Date.parse(this.view.startedAt) / 1000 : 0;
      const sofar = began > 0 && this.now > 0 ? this.now / 1000 - began - start : 0;
      const [progress] = Object.values(view.progress).filter((p) => !p.done && p.total > 0).slice(-1);
      if (progress) return `${Math.floor((100 * progress.current) / progress.total)} %`;
      return `${seconds(Math.max(0, sofar))} …`;
    }
    if (view.state === "done" || view.state === "failed") {
      const took = (view.completed ?? 0) - (view.started ?? view.completed ?? 0);
      return view.state === "failed" ? `failed ${seconds(took)}` : seconds(took);
    }
    return this.#word(view.state);
  }

  /** When a build is over, what waits will never run. */
  #word(state: StepView["state"]): string {
    return state === "waiting" && this.view?.finished ? "not run" : WORD[state];
  }

  #label(view: StepView): string {
    const { step, state: now } = view;
    const place = step.kind === "step" && step.total > 0 ? `Step ${step.index} of ${step.total}: ` : "";
    const took = view.completed !== null && view.started !== null ? `, ${seconds(view.completed - view.started)}` : "";
    return `${place}${shortTitle(step.title)}, ${this.#word(now)}${took}${step.line ? `, line ${step.line}` : ""}`;
  }

  #summary(): string {
    const { cells, columns } = this.#layout;
    const count = (s: StepView["state"]) => cells.filter((c) => c.view.state === s).length;
    const parts = (Object.keys(WORD) as StepView["state"][]).filter((s) => count(s) > 0).map((s) => `${count(s)} ${this.#word(s)}`);
    return `Build graph: ${columns.length} stages, ${cells.length} steps: ${parts.join(", ")}. Arrow keys move, Enter chooses a step.`;
  }

  #table() {
    return html`<div class="scroll">
      <table>
        <thead>
          <tr><th scope="col">Stage</th><th scope="col">Step</th><th scope="col">State</th><th scope="col">Time</th><th scope="col">Line</th></tr>
        </thead>
        <tbody>
          ${(this.view?.steps ?? []).map(
            (s) => html`<tr>
              <td>${s.step.kind === "internal" ? "before the build" : s.step.stage}</td>
              <td><button class="link" @click=${() => this.#choose(s.step.id)}>${shortTitle(s.step.title)}</button></td>
              <td>${this.#word(s.state)}</td>
              <td class="n">${s.started !== null && s.completed !== null ? seconds(s.completed - s.started) : ""}</td>
              <td class="n">${s.step.line ?? ""}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  #choose(id: string): void {
    this.at = id;
    tell(this, "dd-step", { id: id === this.chosen ? null : id });
  }

  private key = (event: KeyboardEvent): void => {
    const cells = this.#layout.cells;
    const here = cells.find((c) => c.id === this.at);
    if (!here || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.key === "Enter" || event.key === " ") {
      event.preventDefault();
      return this.#choose(here.id);
    }
    const to = neighbour(cells, here, event.key);
    if (!to) return;
    event.preventDefault();
    this.at = to.id;
    void this.updateComplete.then(() => {
      const element = this.renderRoot.querySelector<SVGElement>(`[data-id="${CSS.escape(to.id)}"]`);
      element?.focus();
      element?.scrollIntoView({ block: "nearest", inline: "nearest" });
    });
  };
}

/** BuildKit's word for writing the image says little to a learner. */
function titleOf({ step }: StepView): string {
  return step.kind === "export" && step.title === "exporting to image" ? "Write the image" : shortTitle(step.title);
}

export function neighbour(cells: Cell[], here: Cell, key: string): Cell | undefined {
  const inColumn = (column: number) => cells.filter((c) => c.column === column).sort((a, b) => a.row - b.row);
  switch (key) {
    case "ArrowDown":
      return inColumn(here.column)[here.row + 1];
    case "ArrowUp":
      return inColumn(here.column)[here.row - 1];
    case "ArrowRight":
    case "ArrowLeft": {
      const column = inColumn(here.column + (key === "ArrowRight" ? 1 : -1));
      return column[Math.min(here.row, column.length - 1)];
    }
    case "Home":
      return cells[0];
    case "End":
      return cells.at(-1);
    default:
      return undefined;
  }
}

export function stateIcon(state: StepView["state"], x: number, y: number): SVGTemplateResult {
  switch (state) {
    case "cached":
      return svg`<circle class="i-accent" cx=${x} cy=${y} r="7.5"></circle><path class="i-bolt" d=${`M${x + 1.2} ${y - 5.2}L${x - 3.4} ${y + 1}h2.7L${x - 1.4} ${y + 5.2}L${x + 3.4} ${y - 1.2}h-2.8z`}></path>`;
    case "done":
      return svg`<circle class="i-ok" cx=${x} cy=${y} r="7.5"></circle><path class="i-line" d=${`M${x - 3.4} ${y + 0.2}l2.4 2.4 4.4-4.8`}></path>`;
    case "running":
      return svg`<circle class="i-arc" cx=${x} cy=${y} r="6"></circle>`;
    case "failed":
      return svg`<circle class="i-danger" cx=${x} cy=${y} r="7.5"></circle><path class="i-line" d=${`M${x - 2.6} ${y - 2.6}l5.2 5.2M${x + 2.6} ${y - 2.6}l-5.2 5.2`}></path>`;
    case "cancelled":
      return svg`<circle class="i-ring" cx=${x} cy=${y} r="6.5"></circle><path class="i-dash" d=${`M${x - 2.6} ${y}h5.2`}></path>`;
    default:
      return svg`<circle class="i-ring" cx=${x} cy=${y} r="6"></circle>`;
  }
}
