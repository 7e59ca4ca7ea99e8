// The learner's images: one row each; a row opens to its history by instruction and size.
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import { classMap } from "lit/directives/class-map.js";
import type { ImageSummary } from "../wire";
import { shortInstruction } from "./dd-layers";
import { ago, bytes, commandText, moment } from "./format";
import { icons } from "./icons";
import { shared, tell } from "./shared";
import "./dd-layers";

export type ImageVerb = "run" | "tag" | "remove" | "keep";

@customElement("dd-image-list")
export class DdImageList extends LitElement {
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
        gap: 10px;
      }
      li {
        background: var(--card);
        border: 1px solid var(--line);
        border-radius: 14px;
        overflow: hidden;
      }
      li.removing {
        opacity: 0.7;
      }
      .row {
        display: grid;
        grid-template-columns: auto minmax(0, 1.4fr) 90px 110px minmax(0, 1fr) auto;
        gap: 16px;
        align-items: center;
        padding: 12px 16px;
      }
      .toggle svg {
        transition: transform 120ms;
      }
      .toggle[aria-expanded="true"] svg {
        transform: rotate(90deg);
      }
      .ref {
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      .ref small {
        display: block;
        font-weight: 400;
        color: var(--muted);
        font: 11.5px var(--mono);
      }
      .cmd {
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
        color: var(--muted);
      }
      nav {
        display: flex;
        gap: 6px;
      }
      .going {
        margin: 0;
        padding: 0 16px 12px;
        font-size: 13px;
        color: var(--muted);
      }
      .going button {
        margin-left: 6px;
      }
      .more {
        border-top: 1px solid var(--line);
        padding: 14px 16px 16px;
        overflow-x: auto;
      }
      table {
        width: 100%;
        border-collapse: collapse;
        margin-top: 14px;
        font-size: 13px;
      }
      th,
      td {
        text-align: left;
        padding: 6px 12px 6px 0;
        border-top: 1px solid var(--line);
        vertical-align: top;
      }
      thead th {
        border: 0;
        font-size: 12px;
        color: var(--muted);
      }
      td.mono {
        overflow-wrap: anywhere;
      }
      td.n {
        white-space: nowrap;
      }
      tr.base {
        color: var(--muted);
      }
      .none {
        border: 1.5px dashed var(--line);
        border-radius: 14px;
        padding: 28px;
        text-align: center;
        color: var(--muted);
      }
      .none p {
        margin: 0 0 14px;
      }
      @media (max-width: 900px) {
        .row {
          grid-template-columns: auto minmax(0, 1fr) auto;
          gap: 8px 12px;
        }
        .age,
        .cmd {
          display: none;
        }
        nav {
          grid-column: 1 / -1;
        }
      }
    `,
  ];

  @property({ attribute: false }) images: ImageSummary[] = [];
  @property({ type: Number }) now = Date.now();
  @state() private open: ReadonlySet<string> = new Set();

  protected override render() {
    if (this.images.length === 0) {
      return html`<div class="none"><p>No images yet. Build a project, and its image is listed here.</p><slot></slot></div>`;
    }
    return html`<ul>${this.images.map((i) => this.#image(i))}</ul>`;
  }

  #image(image: ImageSummary) {
    const open = this.open.has(image.id);
    const gone = image.state === "removing";
    return html`<li class=${classMap({ removing: gone })}>
      <div class="row">
        <button class="bare toggle" aria-expanded=${open} aria-label=${`History of ${image.reference}`} @click=${() => this.#toggle(image.id)}>${icons.chevron}</button>
        <span class="ref">${image.reference}<small title=${image.digest}>${image.digest.replace("sha256:", "").slice(0, 12)}</small></span>
        <span class="num">${bytes(image.size)}</span>
        <span class="muted age" title=${image.created_at}>${gone ? "being removed…" : ago(image.created_at, this.now)}</span>
        <span class="cmd mono" title=${commandText(image.command)}>${commandText(image.command)}${image.ports.length > 0 ? html` · ports ${image.ports.join(", ")}` : nothing}</span>
        <nav aria-label=${`Actions on ${image.reference}`}>
          <button ?disabled=${gone} @click=${() => this.#tell("run", image)}>${icons.play} Run</button>
          <button ?disabled=${gone} @click=${() => this.#tell("tag", image)}>${icons.tag} Tag</button>
          <button ?disabled=${gone} aria-label=${`Remove ${image.reference}`} title="Remove" @click=${() => this.#tell("remove", image)}>${icons.bin}</button>
        </nav>
      </div>
      ${image.going_at && !gone ? this.#notice(image, image.going_at) : nothing} ${open ? this.#history(image) : nothing}
    </li>`;
  }

  #notice(image: ImageSummary, at: string) {
    return html`<p class="going">
      Removed on ${moment(at)} unless you use it: nobody has for long.
      <button aria-label=${`Keep ${image.reference}`} @click=${() => this.#tell("keep", image)}>Keep it</button>
    </p>`;
  }

  #history(image: ImageSummary) {
    return html`<div class="more">
      <dd-layers .layers=${image.layers}></dd-layers>
      <table>
        <thead><tr><th scope="col">Instruction, oldest first</th><th scope="col">Size</th><th scope="col">From</th></tr></thead>
        <tbody>
          ${image.layers.map(
            (l) => html`<tr class=${l.base ? "base" : ""}>
              <td class="mono">${shortInstruction(l.instruction)}</td>
              <td class="n num">${l.empty ? "no files" : bytes(l.size)}</td>
              <td class="n">${l.base ? "base image" : "this build"}</td>
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }

  #toggle(id: string): void {
    const open = new Set(this.open);
    if (!open.delete(id)) open.add(id);
    this.open = open;
  }

  #tell(verb: ImageVerb, image: ImageSummary): void {
    tell(this, "dd-image", { verb, image });
  }
}
