// The layers of an image: width is size. What came with the base image is one grey part; small ones keep a sliver.
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { classMap } from "lit/directives/class-map.js";
import type { LayerLine } from "../wire";
import { bytes } from "./format";
import { shared } from "./shared";

export interface Band {
  label: string;
  size: number;
  colour: string;
  share: number;
}

/** The bar's parts, oldest first: the base as one, then each instruction that changed files. */
export function bands(layers: LayerLine[]): Band[] {
  const base = layers.filter((l) => l.base);
  const own = layers.filter((l) => !l.base && !l.empty);
  const parts = [
    ...(base.length > 0 ? [{ label: "base image", size: base.reduce((sum, l) => sum + l.size, 0), colour: "o0" }] : []),
    ...own.map((l, i) => ({ label: shortInstruction(l.instruction), size: l.size, colour: `o${(i % 6) + 1}` })),
  ];
  const whole = parts.reduce((sum, p) => sum + p.size, 0) || 1;
  return parts.map((p) => ({ ...p, share: p.size / whole }));
}

export function shortInstruction(text: string): string {
  return text
    .replace(/^Imported from .*$/, "all files of the base image")
    .replace(/^RUN \/bin\/sh -c /, "RUN ")
    .replace(/\s*#\s*buildkit$/, "")
    .replace(/\s+/g, " ");
}

/** Less than this share of the bar has no room for words: they stand below it. */
const SLIM = 0.1;

@customElement("dd-layers")
export class DdLayers extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      ol {
        display: flex;
        gap: 2px;
        height: 44px;
        margin: 0;
        padding: 0;
        list-style: none;
        border-radius: 9px;
        overflow: hidden;
        background: var(--track);
      }
      li {
        display: flex;
        flex-direction: column;
        justify-content: center;
        min-width: 6px;
        overflow: hidden;
        white-space: nowrap;
        color: var(--glyph);
        font: 12px/1.35 var(--sans);
      }
      li span,
      li small {
        padding: 0 10px;
        overflow: hidden;
        text-overflow: ellipsis;
      }
      li small {
        font-size: 11px;
      }
      li.slim span,
      li.slim small {
        position: absolute;
        width: 1px;
        height: 1px;
        padding: 0;
        clip-path: inset(50%);
      }
      .o0 { background: var(--o0); }
      .o1 { background: var(--o1); }
      .o2 { background: var(--o2); }
      .o3 { background: var(--o3); }
      .o4 { background: var(--o4); }
      .o5 { background: var(--o5); }
      .o6 { background: var(--o6); }
      .small {
        display: flex;
        flex-wrap: wrap;
        gap: 2px 16px;
        margin: 8px 0 0;
        font: 12px/1.4 var(--sans);
        color: var(--muted);
      }
      .small span {
        max-width: 100%;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .small i {
        display: inline-block;
        width: 10px;
        height: 10px;
        margin-right: 6px;
        border-radius: 3px;
      }
      .small b {
        font-weight: 600;
        color: var(--ink);
      }
      .none {
        height: 44px;
        display: grid;
        place-items: center;
        border: 1.5px dashed var(--line);
        border-radius: 9px;
        font-size: 12.5px;
        color: var(--muted);
      }
    `,
  ];

  @property({ attribute: false }) layers: LayerLine[] = [];
  @property() empty = "";

  protected override render() {
    const parts = bands(this.layers);
    if (parts.length === 0) return html`<div class="none">${this.empty || nothing}</div>`;
    const slim = parts.filter((b) => b.share < SLIM);
    return html`<ol aria-label="Layers, oldest first">
      ${parts.map(
        (b) =>
          html`<li class=${classMap({ [b.colour]: true, slim: b.share < SLIM })} title=${`${b.label} · ${bytes(b.size)}`} .style=${`flex: ${Math.max(b.share, 0.004)} 1 0`}>
            <span>${b.label}</span><small>${bytes(b.size)}</small>
          </li>`,
      )}
      </ol>
      ${slim.length > 0
        ? html`<p class="small" aria-hidden="true">
            ${slim.map((b) => html`<span><i class=${b.colour}></i>${b.label} <b>${bytes(b.size)}</b></span>`)}
          </p>`
        : nothing}`;
  }
}
