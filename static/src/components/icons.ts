// The icons, drawn on 16 × 16; all are decoration, so the words beside them carry the meaning.
import { html, svg, type TemplateResult } from "lit";

const draw = (body: TemplateResult, fill = false): TemplateResult => html`
  <svg
    width="16"
    height="16"
    viewBox="0 0 16 16"
    fill=${fill ? "currentColor" : "none"}
    stroke=${fill ? "none" : "currentColor"}
    stroke-width="1.6"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
  >
    ${body}
  </svg>
`;

export const icons = {
  file: draw(svg`<path d="M4 1.8h5l3 3v9.4H4z M9 1.8v3h3"/>`),
  folder: draw(svg`<path d="M1.8 4v8.6h12.4V5.4H7.6L6.2 3.4H1.8z"/>`),
  chevron: draw(svg`<path d="M6 4l4 4-4 4"/>`),
  down: draw(svg`<path d="M4 6l4 4 4-4"/>`),
  close: draw(svg`<path d="M4 4l8 8M12 4l-8 8"/>`),
  plus: draw(svg`<path d="M8 3v10M3 8h10"/>`),
  newFolder: draw(svg`<path d="M1.8 4v8.6h12.4V5.4H7.6L6.2 3.4H1.8z M8 7.2v3.6M6.2 9h3.6"/>`),
  pencil: draw(svg`<path d="M10.8 2.6l2.6 2.6L5.6 13H3v-2.6z"/>`),
  bin: draw(svg`<path d="M3 4.4h10M6.4 4.4V2.6h3.2v1.8M4.4 4.4l.6 9h6l.6-9"/>`),
  upload: draw(svg`<path d="M8 10.6V2.8M5 5.6l3-3 3 3M2.6 10.6v2.8h10.8v-2.8"/>`),
  download: draw(svg`<path d="M8 2.8v7.8M5 7.8l3 3 3-3M2.6 10.6v2.8h10.8v-2.8"/>`),
  move: draw(svg`<path d="M2.6 8h9M8.6 5l3 3-3 3M13.6 3v10"/>`),
  copy: draw(svg`<path d="M5.6 5.6V2.4h8v8h-3.2M2.4 5.6h8v8h-8z"/>`),
  tag: draw(svg`<path d="M2.4 2.4h5.4l6 6-5.4 5.4-6-6z M5.4 5.4h.01"/>`),
  play: draw(svg`<path d="M4.4 2.6v10.8L13 8z"/>`, true),
  stop: draw(svg`<rect x="3.4" y="3.4" width="9.2" height="9.2" rx="1.6"/>`, true),
  restart: draw(svg`<path d="M13 8a5 5 0 1 1-1.6-3.7M13 2.4v2.8h-2.8"/>`),
  bolt: draw(svg`<path d="M9 1.6L3.6 9H7.4L6.6 14.4 12.4 6.8H8.4z"/>`, true),
  tick: draw(svg`<path d="M3 8.6l3.2 3.2L13 4.6"/>`),
  sun: draw(svg`<circle cx="8" cy="8" r="2.8"/><path d="M8 1.6v1.4M8 13v1.4M1.6 8H3M13 8h1.4M3.5 3.5l1 1M11.5 11.5l1 1M12.5 3.5l-1 1M4.5 11.5l-1 1"/>`),
  moon: draw(svg`<path d="M13.4 9.6A5.8 5.8 0 0 1 6.4 2.6a5.8 5.8 0 1 0 7 7z"/>`),
  screen: draw(svg`<rect x="1.8" y="2.8" width="12.4" height="8.4" rx="1.4"/><path d="M5.6 13.6h4.8M8 11.2v2.4"/>`),
  more: draw(svg`<circle cx="3.4" cy="8" r="1.3"/><circle cx="8" cy="8" r="1.3"/><circle cx="12.6" cy="8" r="1.3"/>`, true),
  panel: draw(svg`<rect x="1.8" y="2.8" width="12.4" height="10.4" rx="1.4"/><path d="M6 2.8v10.4"/>`),
  alert: draw(svg`<path d="M8 2.2l6.2 11.2H1.8z M8 6.6v3M8 11.6h.01"/>`),
};
