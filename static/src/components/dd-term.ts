// A word with its meaning a click or Enter away.
import { css, html, LitElement } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { meaning } from "./glossary";
import { shared } from "./shared";

@customElement("dd-term")
export class DdTerm extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: inline;
        color: inherit;
      }
      button {
        display: inline;
        font: inherit;
        color: inherit;
        background: none;
        border: 0;
        border-radius: 3px;
        padding: 0;
        min-height: 0;
        white-space: inherit;
        text-decoration: underline dotted;
        text-decoration-color: var(--muted);
        text-underline-offset: 3px;
        cursor: help;
        letter-spacing: inherit;
      }
      button:hover {
        background: var(--accent-soft);
      }
      [popover] {
        position: fixed;
        inset: auto;
        margin: 0;
        max-width: min(320px, calc(100vw - 24px));
        padding: 12px 14px;
        border: 1px solid var(--line);
        border-radius: 12px;
        background: var(--card);
        color: var(--ink);
        box-shadow: var(--lift);
        font: 400 13.5px/1.5 var(--sans);
        letter-spacing: 0;
        text-transform: none;
        text-align: left;
        white-space: normal;
      }
      b {
        display: block;
        margin-bottom: 2px;
      }
    `,
  ];

  @property() term = "";
  @state() private open = false;
  @query("button") private button!: HTMLButtonElement;
  @query("[popover]") private bubble!: HTMLElement;

  protected override render() {
    return html`<button type="button" aria-expanded=${this.open} aria-describedby="meaning" @click=${this.toggle}
        ><slot></slot></button
      ><span id="meaning" popover="auto" @toggle=${this.placed}><b>${this.term}</b>${meaning(this.term)}</span>`;
  }

  private toggle = (event: Event): void => {
    event.preventDefault();
    this.bubble.togglePopover?.();
  };

  private placed = (event: Event): void => {
    this.open = (event as ToggleEvent).newState === "open";
    if (!this.open) return;
    const at = this.button.getBoundingClientRect();
    const box = this.bubble.getBoundingClientRect();
    const below = at.bottom + 8 + box.height < innerHeight;
    this.bubble.style.left = `${Math.max(12, Math.min(at.left, innerWidth - box.width - 12))}px`;
    this.bubble.style.top = `${below ? at.bottom + 8 : Math.max(8, at.top - box.height - 8)}px`;
  };
}
