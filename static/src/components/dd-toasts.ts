// Short messages at the foot of the page, some with one action (Undo). They go by themselves unless pointed at.
import { css, html, LitElement } from "lit";
import { customElement, state } from "lit/decorators.js";
import { icons } from "./icons";
import { shared } from "./shared";

export interface Toast {
  text: string;
  kind?: "plain" | "danger";
  action?: { label: string; run: () => void };
}

interface Shown extends Toast {
  id: number;
}

export const TOAST_MS = 8_000;

@customElement("dd-toasts")
export class DdToasts extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        position: fixed;
        left: 50%;
        transform: translateX(-50%);
        bottom: 52px;
        z-index: 40;
        width: max-content;
        max-width: calc(100vw - 24px);
      }
      [role="status"] {
        display: grid;
        gap: 8px;
        justify-items: center;
      }
      .toast {
        display: flex;
        align-items: center;
        gap: 14px;
        background: light-dark(#1a2233, #2b374f);
        color: #fff;
        border-radius: 12px;
        padding: 8px 8px 8px 16px;
        box-shadow: var(--lift);
        max-width: 640px;
        font-size: 13.5px;
        line-height: 1.4;
        animation: rise 180ms ease-out;
      }
      .toast.danger {
        background: light-dark(#8f1d17, #7a2620);
      }
      .toast button {
        background: none;
        border-color: transparent;
        color: #fff;
      }
      .toast button:hover {
        background: rgb(255 255 255 / 0.14);
      }
      .toast button.act {
        font-weight: 700;
        text-decoration: underline;
        text-underline-offset: 3px;
      }
      :focus-visible {
        outline-color: #fff;
      }
      @keyframes rise {
        from {
          opacity: 0;
          transform: translateY(10px);
        }
      }
    `,
  ];

  @state() private shown: Shown[] = [];
  #next = 1;
  #timers = new Map<number, ReturnType<typeof setTimeout>>();

  show(toast: Toast): void {
    const id = this.#next++;
    this.shown = [...this.shown.slice(-2), { ...toast, id }];
    this.#arm(id);
  }

  protected override render() {
    return html`<div role="status" aria-live="polite">
      ${this.shown.map(
        (t) => html`<div
          class="toast ${t.kind ?? "plain"}"
          @pointerenter=${() => this.#disarm(t.id)}
          @pointerleave=${() => this.#arm(t.id)}
          @focusin=${() => this.#disarm(t.id)}
          @focusout=${() => this.#arm(t.id)}
        >
          <span>${t.text}</span>
          ${t.action
            ? html`<button class="act" @click=${() => (t.action?.run(), this.#drop(t.id))}>${t.action.label}</button>`
            : null}
          <button aria-label="Close message" @click=${() => this.#drop(t.id)}>${icons.close}</button>
        </div>`,
      )}
    </div>`;
  }

  #arm(id: number): void {
    this.#disarm(id);
    this.#timers.set(id, setTimeout(() => this.#drop(id), TOAST_MS));
  }

  #disarm(id: number): void {
    clearTimeout(this.#timers.get(id));
  }

  #drop(id: number): void {
    this.#disarm(id);
    this.#timers.delete(id);
    this.shown = this.shown.filter((t) => t.id !== id);
  }
}
