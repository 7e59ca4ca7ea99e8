// What is down, and how to mend it; shown only while it is so.
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { icons } from "./icons";
import { shared } from "./shared";

export interface Part {
  key: string;
  title: string;
  state: string;
  sentence: string;
  fix: string;
}

@customElement("dd-banner")
export class DdBanner extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      div {
        display: flex;
        gap: 12px;
        align-items: flex-start;
        background: var(--warn-soft);
        color: var(--warn);
        border-bottom: 1px solid var(--line);
        padding: 9px 24px;
        font: 13.5px/1.45 var(--sans);
      }
      svg {
        flex: none;
        margin-top: 2px;
      }
      p {
        margin: 0;
      }
      a {
        color: inherit;
      }
    `,
  ];

  @property({ attribute: false }) parts: Part[] = [];

  protected override render() {
    const bad = this.parts.filter((p) => p.state !== "ok");
    return html`<section aria-label="State of Drydock" aria-live="polite">
      ${bad.length === 0
        ? nothing
        : html`<div>
            ${icons.alert}
            <p>
              ${bad.map((p) => html`<b>${p.title}:</b> ${p.sentence} ${p.fix} `)}
              <a href="/health/">See what works</a>
            </p>
          </div>`}
    </section>`;
  }
}
