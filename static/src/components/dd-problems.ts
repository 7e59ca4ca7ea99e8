// What is wrong with the open file, below the editor: the first one always in sight, all of them on demand.
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { Problem } from "../wire";
import { plural } from "./format";
import { icons } from "./icons";
import { shared, tell } from "./shared";

@customElement("dd-problems")
export class DdProblems extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex: 1;
        min-width: 0;
        font: 12.5px/1.4 var(--sans);
      }
      .strip {
        display: flex;
        align-items: center;
        gap: 8px;
        width: 100%;
        min-width: 0;
      }
      .first {
        flex: 1;
        min-width: 0;
        justify-content: flex-start;
        border: 0;
        background: none;
        padding: 4px 6px;
        text-align: left;
        font-weight: 400;
        color: var(--muted);
        overflow: hidden;
      }
      .first span {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      b {
        white-space: nowrap;
      }
      .error {
        color: var(--danger);
      }
      .warning,
      .hint {
        color: var(--warn);
      }
      .good {
        padding: 4px 6px;
        color: var(--muted);
      }
      .good svg {
        color: var(--ok);
        vertical-align: -3px;
        margin-right: 4px;
      }
      .all {
        position: absolute;
        left: 0;
        right: 0;
        bottom: 100%;
        max-height: 220px;
        overflow: auto;
        margin: 0;
        padding: 6px;
        list-style: none;
        background: var(--card);
        border-top: 1px solid var(--line);
        box-shadow: 0 -6px 18px rgb(10 20 50 / 0.1);
        z-index: 3;
      }
      .all button {
        width: 100%;
        justify-content: flex-start;
        align-items: baseline;
        text-align: left;
        border: 0;
        white-space: normal;
        font-weight: 400;
        line-height: 1.45;
      }
      .fix {
        color: var(--muted);
      }
    `,
  ];

  @property({ attribute: false }) problems: Problem[] = [];
  @property() path = "";
  @state() private open = false;

  protected override render() {
    const [first] = this.problems;
    if (!first) return html`<span class="good">${icons.tick}No problems</span>`;
    const { severity } = first;
    return html`
      ${this.open
        ? html`<ul class="all">
            ${this.problems.map(
              (p) => html`<li>
                <button @click=${() => tell(this, "dd-line", { line: p.line, column: p.column })}>
                  <b class=${p.severity}>${p.severity} · line ${p.line}</b>
                  <span>${p.message} ${p.fix ? html`<span class="fix">${p.fix}</span>` : nothing}</span>
                </button>
              </li>`,
            )}
          </ul>`
        : nothing}
      <div class="strip">
        <button class="first" title="Go to it (F8)" @click=${() => tell(this, "dd-line", { line: first.line, column: first.column })}>
          <b class=${severity}>${plural(this.problems.length, this.problems.length === 1 ? severity : "problem")}</b>
          <span>· line ${first.line}: ${first.message}</span>
        </button>
        <button class="bare" aria-expanded=${this.open} @click=${() => (this.open = !this.open)}>${this.open ? "Less" : "All"}</button>
      </div>
    `;
  }
}
