// Whether what one sees is what the server has.
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { plural } from "./format";
import { icons } from "./icons";
import { shared, tell } from "./shared";

/** The same shape as the save queue's state. */
export type Saving =
  | { kind: "saved"; at: number | null }
  | { kind: "saving"; count: number }
  | { kind: "offline"; count: number }
  | { kind: "conflict"; count: number; conflict: { path: string } }
  | { kind: "refused"; path: string; message: string; fix: string; count: number };

@customElement("dd-save-state")
export class DdSaveState extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: inline-flex;
        align-items: center;
        font: 12.5px/1.3 var(--sans);
        color: var(--muted);
        white-space: nowrap;
      }
      span {
        display: inline-flex;
        gap: 6px;
        align-items: center;
      }
      .ok svg {
        color: var(--ok);
      }
      .warn {
        color: var(--warn);
        font-weight: 600;
      }
      button.link {
        color: var(--danger);
        font-weight: 600;
      }
    `,
  ];

  @property({ attribute: false }) saving: Saving = { kind: "saved", at: null };

  protected override render() {
    return html`<span role="status">${this.#words()}</span>`;
  }

  #words() {
    const s = this.saving;
    switch (s.kind) {
      case "saved":
        return html`<span class="ok">${icons.tick}Saved</span>`;
      case "saving":
        return html`<span>Saving…</span>`;
      case "offline":
        return html`<span class="warn">Offline: ${plural(s.count, "edit")} ${s.count === 1 ? "waits" : "wait"}</span>`;
      case "conflict":
        return html`<button class="link" @click=${() => tell(this, "dd-conflict", null)}>Changed elsewhere too: choose</button>`;
      case "refused":
        return html`<button class="link" title=${`${s.message} ${s.fix}`} @click=${() => tell(this, "dd-refused", s)}>Not saved</button>`;
    }
  }
}
