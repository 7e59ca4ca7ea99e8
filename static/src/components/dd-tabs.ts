// A row of tabs; the page shows what belongs to the chosen one. A tab may have a mark and may be closed.
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { icons } from "./icons";
import { shared, tell } from "./shared";
import { tabKey } from "./tabs";

export interface Tab {
  id: string;
  label: string;
  title?: string;
  mark?: "" | "dirty" | "live" | "bad";
  closable?: boolean;
}

@customElement("dd-tabs")
export class DdTabs extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        min-width: 0;
        overflow: hidden;
      }
      [role="tablist"] {
        display: flex;
        min-width: 0;
        overflow-x: auto;
        scrollbar-width: none;
      }
      .tab {
        display: flex;
        align-items: center;
        position: relative;
      }
      button[role="tab"] {
        border: 0;
        border-radius: 0;
        background: none;
        color: var(--muted);
        min-height: 40px;
        padding: 8px 14px;
        border-bottom: 2px solid transparent;
        font-size: 13.5px;
      }
      button[role="tab"]:hover {
        color: var(--ink);
      }
      button[aria-selected="true"] {
        color: var(--accent) !important;
        border-bottom-color: var(--accent);
      }
      :focus-visible {
        outline-offset: -3px;
      }
      .closable button[role="tab"] {
        padding-right: 30px;
      }
      .x {
        position: absolute;
        right: 4px;
        padding: 3px;
        min-height: 24px;
        min-width: 24px;
        border-radius: 6px;
      }
      .x svg {
        width: 12px;
        height: 12px;
      }
      i {
        width: 7px;
        height: 7px;
        border-radius: 50%;
        background: var(--accent);
      }
      i.live {
        background: var(--ok);
      }
      i.bad {
        background: var(--danger);
        border-radius: 1px;
        transform: rotate(45deg);
      }
    `,
  ];

  @property({ attribute: false }) tabs: Tab[] = [];
  @property() chosen: string | null = null;
  @property() label = "Tabs";

  protected override render() {
    const ids = this.tabs.map((t) => t.id);
    const chosen = ids.includes(this.chosen ?? "") ? this.chosen : (ids[0] ?? null);
    return html`<div role="tablist" aria-label=${this.label} @keydown=${(e: KeyboardEvent) => this.#key(e, ids, chosen)}>
      ${this.tabs.map(
        (t) => html`<div class=${t.closable ? "tab closable" : "tab"} role="presentation">
          <button
            role="tab"
            aria-selected=${t.id === chosen}
            tabindex=${t.id === chosen ? 0 : -1}
            title=${t.title ?? nothing}
            @click=${() => tell(this, "dd-tab", { id: t.id })}
            @auxclick=${(e: MouseEvent) => e.button === 1 && t.closable && tell(this, "dd-tab-close", { id: t.id })}
          >
            ${t.label}${t.mark ? html`<i class=${t.mark} aria-hidden="true"></i>` : nothing}
          </button>
          ${t.closable
            ? html`<button class="bare x" tabindex="-1" aria-hidden="true" title="Close (Delete)" @click=${() => tell(this, "dd-tab-close", { id: t.id })}>${icons.close}</button>`
            : nothing}
        </div>`,
      )}
    </div>`;
  }

  #key(event: KeyboardEvent, ids: string[], chosen: string | null): void {
    if (event.key === "Delete" && chosen && this.tabs.find((t) => t.id === chosen)?.closable) {
      event.preventDefault();
      return tell(this, "dd-tab-close", { id: chosen });
    }
    tabKey(event, ids, chosen, (id) => tell(this, "dd-tab", { id }));
  }
}
