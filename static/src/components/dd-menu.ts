// A button that opens a list of places and actions.
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { icons } from "./icons";
import { shared } from "./shared";

export interface MenuItem {
  label: string;
  note?: string;
  href?: string;
  run?: () => void;
  current?: boolean;
  /** A line above it. */
  group?: string;
}

@customElement("dd-menu")
export class DdMenu extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: inline-flex;
        min-width: 0;
      }
      .open {
        border: 0;
        background: none;
        padding: 5px 8px;
        font-size: 14px;
        font-weight: 600;
        min-width: 0;
        max-width: 100%;
      }
      .open span {
        overflow: hidden;
        text-overflow: ellipsis;
      }
      [popover] {
        position: fixed;
        inset: auto;
        margin: 0;
        min-width: 230px;
        max-width: min(340px, calc(100vw - 24px));
        max-height: 70vh;
        overflow: auto;
        padding: 6px;
        border: 1px solid var(--line);
        border-radius: 12px;
        background: var(--card);
        color: var(--ink);
        box-shadow: var(--lift);
        font: 13.5px/1.35 var(--sans);
      }
      .group {
        font-size: 11.5px;
        font-weight: 600;
        color: var(--muted);
        padding: 10px 12px 4px;
      }
      .group:not(:first-child) {
        border-top: 1px solid var(--line);
        margin-top: 6px;
      }
      a,
      .item {
        display: block;
        width: 100%;
        text-align: left;
        padding: 8px 12px;
        border: 0;
        border-radius: 8px;
        font: inherit;
        color: inherit;
        background: none;
        text-decoration: none;
        white-space: normal;
      }
      a:hover,
      .item:hover {
        background: var(--hover);
      }
      a[aria-current] {
        background: var(--accent-soft);
        color: var(--accent);
      }
      small {
        display: block;
        color: var(--muted);
        font-size: 12.5px;
      }
    `,
  ];

  @property() label = "";
  @property() hint = "";
  @property({ attribute: false }) items: MenuItem[] = [];
  @state() private shown = false;
  @query(".open") private button!: HTMLButtonElement;
  @query("[popover]") private list!: HTMLElement;

  protected override render() {
    return html`<button class="open" aria-expanded=${this.shown} title=${this.hint} @click=${() => this.list.togglePopover()}>
        <span>${this.label}</span>${icons.down}
      </button>
      <div popover="auto" @toggle=${this.placed} @keydown=${this.key}>
        ${this.items.map((i) => [
          i.group ? html`<div class="group">${i.group}</div>` : null,
          i.href
            ? html`<a href=${i.href} aria-current=${i.current ? "page" : nothing}>${i.label}${i.note ? html`<small>${i.note}</small>` : null}</a>`
            : html`<button class="item" @click=${() => (this.list.hidePopover(), i.run?.())}>${i.label}${i.note ? html`<small>${i.note}</small>` : null}</button>`,
        ])}
      </div>`;
  }

  private placed = (event: Event): void => {
    this.shown = (event as ToggleEvent).newState === "open";
    if (!this.shown) return;
    const at = this.button.getBoundingClientRect();
    const box = this.list.getBoundingClientRect();
    this.list.style.left = `${Math.max(12, Math.min(at.left, innerWidth - box.width - 12))}px`;
    this.list.style.top = `${at.bottom + 4}px`;
    this.list.querySelector<HTMLElement>("a, button")?.focus();
  };

  private key = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const all = [...this.list.querySelectorAll<HTMLElement>("a, button")];
    const at = all.indexOf(this.shadowRoot?.activeElement as HTMLElement);
    all[(at + step + all.length) % all.length]?.focus();
  };
}
