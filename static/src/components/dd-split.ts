// The bar between two panes: drag it, or move it by 16 px with the arrow keys; a double click puts it back.
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { shared, tell } from "./shared";

const STEP = 16;

@customElement("dd-split")
export class DdSplit extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
        position: relative;
        z-index: 2;
      }
      div {
        height: 100%;
        display: grid;
        place-items: center;
        cursor: col-resize;
        touch-action: none;
        border-left: 1px solid var(--line);
        border-right: 1px solid var(--line);
      }
      div::after {
        content: "";
        width: 3px;
        height: 36px;
        border-radius: 3px;
        background: var(--wire);
      }
      div:hover,
      div:focus-visible {
        background: var(--accent-soft);
      }
      div:focus-visible {
        outline-offset: -2px;
      }
    `,
  ];

  @property() label = "Resize panes";
  @property({ type: Number }) value = 660;
  @property({ type: Number }) min = 320;
  @property({ type: Number }) max = 1000;
  @property({ type: Number }) initial = 660;

  protected override render() {
    return html`<div
      role="separator"
      tabindex="0"
      aria-orientation="vertical"
      aria-label=${this.label}
      aria-valuenow=${this.value}
      aria-valuemin=${this.min}
      aria-valuemax=${this.max}
      @keydown=${this.key}
      @dblclick=${() => this.#set(this.initial)}
      @pointerdown=${this.drag}
    ></div>`;
  }

  private key = (event: KeyboardEvent): void => {
    const to = { ArrowLeft: this.value - STEP, ArrowRight: this.value + STEP, Home: this.min, End: this.max }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    this.#set(to);
  };

  private drag = (event: PointerEvent): void => {
    const bar = event.currentTarget as HTMLElement;
    const start = this.value - event.clientX;
    bar.setPointerCapture(event.pointerId);
    const move = (e: PointerEvent) => this.#set(start + e.clientX);
    const stop = () => {
      bar.removeEventListener("pointermove", move);
      bar.removeEventListener("pointerup", stop);
      bar.removeEventListener("pointercancel", stop);
    };
    bar.addEventListener("pointermove", move);
    bar.addEventListener("pointerup", stop);
    bar.addEventListener("pointercancel", stop);
  };

  #set(to: number): void {
    const value = Math.round(Math.min(this.max, Math.max(this.min, to)));
    if (value !== this.value) tell(this, "dd-split", value);
  }
}
