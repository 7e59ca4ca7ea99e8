// The base images of this site: what FROM may name, and how far the ones being made are.
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { BaseImage } from "../wire";
import { icons } from "./icons";
import { shared } from "./shared";

/** One image of several names is one entry: its names, and what is said of it. */
export function grouped(images: BaseImage[]): { names: string[]; image: BaseImage }[] {
  const groups = new Map<string, { names: string[]; image: BaseImage }>();
  for (const image of images) {
    const key = [image.reference.replace(/:[^/]*$/, ""), image.about, image.state].join("\n");
    const group = groups.get(key);
    if (group) group.names.push(image.reference);
    else groups.set(key, { names: [image.reference], image });
  }
  return [...groups.values()];
}

@customElement("dd-base-images")
export class DdBaseImages extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
        font: 14px/1.45 var(--sans);
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 0;
        display: grid;
        grid-template-columns: repeat(auto-fill, minmax(250px, 1fr));
        gap: 10px;
      }
      li {
        background: var(--card);
        border: 1px solid var(--line);
        border-radius: 12px;
        padding: 12px 14px;
      }
      b {
        font: 600 13px var(--mono);
      }
      p {
        margin: 3px 0 8px;
        color: var(--muted);
        font-size: 13px;
      }
      .or {
        color: var(--muted);
        font-size: 12.5px;
      }
      .state {
        display: flex;
        align-items: center;
        gap: 6px;
        font-size: 12.5px;
        font-weight: 600;
        min-height: 18px;
      }
      .ready {
        color: var(--ok);
      }
      .making {
        color: var(--warn);
      }
      .missing {
        color: var(--muted);
      }
      .track {
        height: 6px;
        margin-top: 6px;
        border-radius: 3px;
        background: var(--track);
        overflow: hidden;
      }
      .track i {
        display: block;
        height: 100%;
        background: var(--accent);
      }
    `,
  ];

  @property({ attribute: false }) images: BaseImage[] = [];

  protected override render() {
    if (this.images.length === 0) return html`<p class="empty">This site has no base images yet.</p>`;
    return html`<ul>
      ${grouped(this.images).map(
        ({ names, image: i }) => html`<li>
          ${names.map((name, n) => html`${n > 0 ? html`<span class="or"> or </span>` : nothing}<b>${name}</b>`)}
          <p>${i.about}</p>
          <div class="state ${i.state}">
            ${i.state === "ready" ? html`${icons.tick} Ready` : i.state === "making" ? html`Getting it… ${Math.round(i.progress * 100)} %` : "Not here"}
          </div>
          ${i.state === "making" ? html`<div class="track" aria-hidden="true"><i .style=${`width: ${i.progress * 100}%`}></i></div>` : nothing}
          ${i.note && i.state !== "ready" ? html`<p>${i.note}</p>` : nothing}
        </li>`,
      )}
    </ul>`;
  }
}
