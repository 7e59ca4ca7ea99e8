// The builds of a project, newest first; choosing one replays it from its stream.
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { BuildSummary } from "../wire";
import { ago, plural, seconds } from "./format";
import { stateIcon } from "./dd-build-graph";
import { shared, tell } from "./shared";

const WORD: Record<BuildSummary["state"], string> = {
  queued: "waiting",
  running: "building",
  cancelling: "stopping",
  succeeded: "built",
  failed: "failed",
  cancelled: "cancelled",
};
const ICON = { queued: "waiting", running: "running", cancelling: "running", succeeded: "done", failed: "failed", cancelled: "cancelled" } as const;

@customElement("dd-history")
export class DdHistory extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
        padding: 8px 12px 16px;
      }
      ol {
        list-style: none;
        margin: 0;
        padding: 0;
      }
      button.row {
        width: 100%;
        display: grid;
        grid-template-columns: 20px minmax(0, 1fr) auto auto;
        gap: 12px;
        justify-content: start;
        text-align: left;
        border: 0;
        border-radius: 9px;
        padding: 8px 10px;
        min-height: 44px;
        white-space: normal;
      }
      button.row[aria-pressed="true"] {
        background: var(--accent-soft);
      }
      .what small {
        display: block;
        color: var(--muted);
        margin-top: 2px;
        font-size: 12.5px;
        line-height: 1.35;
      }
      svg circle,
      svg path {
        vector-effect: none;
      }
      .i-accent { fill: var(--accent); }
      .i-ok { fill: var(--ok); }
      .i-danger { fill: var(--danger); }
      .i-line { fill: none; stroke: var(--card); stroke-width: 1.8; stroke-linecap: round; }
      .i-ring { fill: none; stroke: var(--wire); stroke-width: 1.5; }
      .i-arc { fill: none; stroke: var(--accent); stroke-width: 2.5; stroke-dasharray: 26 12; }
      .i-dash { stroke: var(--muted); stroke-width: 2; }
    `,
  ];

  @property({ attribute: false }) builds: BuildSummary[] = [];
  @property({ attribute: false }) chosen: string | null = null;

  protected override render() {
    if (this.builds.length === 0) return html`<p class="empty">No builds yet. Press Build (Ctrl Enter).</p>`;
    return html`<ol aria-label="Builds, newest first">
      ${this.builds.map(
        (b, i) => html`<li>
          <button class="row" aria-pressed=${b.id === this.chosen} @click=${() => tell(this, "dd-build", { id: b.id })}>
            <svg width="18" height="18" viewBox="0 0 18 18" aria-hidden="true">${stateIcon(ICON[b.state], 9, 9)}</svg>
            <span class="what">
              Build ${this.builds.length - i} · ${WORD[b.state]} · ${b.reference}
              <small>${b.failure?.what ?? (b.ahead !== null && b.state === "queued" ? `${plural(b.ahead, "build")} before it` : "")}</small>
            </span>
            <span class="num muted">${took(b)}</span>
            <span class="muted">${ago(b.created_at)}</span>
          </button>
        </li>`,
      )}
    </ol>`;
  }
}

function took(build: BuildSummary): string {
  if (!build.started_at || !build.finished_at) return "";
  return seconds((Date.parse(build.finished_at) - Date.parse(build.started_at)) / 1000);
}
