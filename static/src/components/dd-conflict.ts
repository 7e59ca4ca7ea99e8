// Two versions of a file: keep mine, take theirs, or look at both first.
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { shared, tell } from "./shared";

export interface Versions {
  path: string;
  mine: string;
  /** null: it was deleted elsewhere. */
  theirs: string | null;
}

/** Which lines of each side the other has not (a plain set difference: enough to find one's place). */
export function differing(mine: string, theirs: string): { mine: Set<number>; theirs: Set<number> } {
  const only = (a: string[], b: Set<string>) => new Set(a.flatMap((line, i) => (b.has(line) ? [] : [i])));
  const [m, t] = [mine.split("\n"), theirs.split("\n")];
  return { mine: only(m, new Set(t)), theirs: only(t, new Set(m)) };
}

@customElement("dd-conflict")
export class DdConflict extends LitElement {
  static override styles = [
    shared,
    css`
      dialog {
        width: min(900px, calc(100vw - 24px));
        border: 1px solid var(--line);
        border-radius: 16px;
        background: var(--card);
        color: var(--ink);
        padding: 22px 24px;
        box-shadow: var(--lift);
        font: 14px/1.5 var(--sans);
      }
      dialog.short {
        width: min(520px, calc(100vw - 24px));
      }
      dialog::backdrop {
        background: rgb(10 16 30 / 0.45);
      }
      h2 {
        font-size: 17px;
      }
      p {
        color: var(--muted);
        margin: 6px 0 0;
      }
      .both {
        display: grid;
        grid-template-columns: repeat(2, minmax(0, 1fr));
        gap: 12px;
        margin-top: 14px;
      }
      .both h3 {
        margin-bottom: 6px;
      }
      pre {
        margin: 0;
        height: 46vh;
        overflow: auto;
        border: 1px solid var(--line);
        border-radius: 9px;
        padding: 8px 0;
        font: 12.5px/19px var(--mono);
        background: var(--page);
      }
      pre span {
        display: block;
        padding: 0 12px;
        min-height: 19px;
      }
      pre .diff {
        background: var(--warn-soft);
        box-shadow: inset 3px 0 var(--warn);
      }
      footer {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 10px;
        margin-top: 18px;
      }
    `,
  ];

  @property({ attribute: false }) versions: Versions | null = null;
  @state() private both = false;
  @query("dialog") private dialog!: HTMLDialogElement;

  async open(): Promise<void> {
    this.both = false;
    await this.updateComplete;
    if (!this.dialog.open) this.dialog.showModal();
  }

  protected override render() {
    const v = this.versions;
    return html`<dialog aria-labelledby="h" class=${this.both ? "" : "short"}>
      ${v
        ? html`<h2 id="h">${v.path} was ${v.theirs === null ? "deleted" : "changed"} elsewhere too</h2>
            <p>Another tab or window saved it while you were typing here. Nothing was overwritten.</p>
            ${this.both && v.theirs !== null ? this.#both(v.mine, v.theirs) : nothing}
            <footer>
              ${v.theirs !== null && !this.both ? html`<button @click=${() => (this.both = true)}>See both</button>` : nothing}
              <button @click=${() => this.#choose("theirs")}>${v.theirs === null ? "Let it go" : "Take theirs"}</button>
              <button class="primary" @click=${() => this.#choose("mine")}>Keep mine</button>
            </footer>`
        : nothing}
    </dialog>`;
  }

  #both(mine: string, theirs: string) {
    const marks = differing(mine, theirs);
    const side = (title: string, text: string, differs: Set<number>) =>
      html`<div>
        <h3>${title}</h3>
        <pre tabindex="0" aria-label=${title}>${text.split("\n").map((line, i) => html`<span class=${differs.has(i) ? "diff" : ""}>${line}</span>`)}</pre>
      </div>`;
    return html`<div class="both">${side("Mine", mine, marks.mine)}${side("Theirs", theirs, marks.theirs)}</div>`;
  }

  #choose(choice: "mine" | "theirs"): void {
    this.dialog.close();
    tell(this, "dd-settle", choice);
  }
}
