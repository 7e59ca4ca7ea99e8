// `?`: the keys, and the words of the page.
import { css, html, LitElement } from "lit";
import { customElement, query } from "lit/decorators.js";
import { GLOSSARY } from "./glossary";
import { icons } from "./icons";
import { shared } from "./shared";

const KEYS: [string, string][] = [
  ["Ctrl Enter", "Build"],
  ["Ctrl S", "Save now (edits are saved by themselves)"],
  ["Ctrl K", "Commands"],
  ["F8", "Next problem"],
  ["Alt 1 … 4", "Files, editor, graph, output"],
  ["Esc, then Tab", "Leave the editor"],
  ["Arrows, Enter", "Move in the build graph, choose a step"],
  ["?", "This help"],
];

@customElement("dd-help")
export class DdHelp extends LitElement {
  static override styles = [
    shared,
    css`
      dialog {
        width: min(720px, calc(100vw - 24px));
        max-height: 84vh;
        border: 1px solid var(--line);
        border-radius: 16px;
        background: var(--card);
        color: var(--ink);
        padding: 22px 26px;
        box-shadow: var(--lift);
        font: 14px/1.5 var(--sans);
      }
      dialog::backdrop {
        background: rgb(10 16 30 / 0.45);
      }
      header {
        display: flex;
        justify-content: space-between;
        align-items: center;
      }
      h2 {
        font-size: 18px;
      }
      h3 {
        margin: 18px 0 8px;
      }
      dl {
        display: grid;
        grid-template-columns: max-content 1fr;
        gap: 8px 20px;
        margin: 0;
      }
      dd {
        margin: 0;
      }
      dt {
        font-weight: 600;
      }
      kbd {
        background: var(--track);
        border-radius: 6px;
        padding: 3px 8px;
        opacity: 1;
      }
      @media (max-width: 560px) {
        .words {
          grid-template-columns: 1fr;
          gap: 2px;
        }
        .words dd {
          margin-bottom: 10px;
        }
      }
    `,
  ];

  @query("dialog") private dialog!: HTMLDialogElement;

  open(): void {
    this.dialog.showModal();
  }

  protected override render() {
    return html`<dialog aria-labelledby="h" @click=${(e: Event) => e.target === this.dialog && this.dialog.close()}>
      <header>
        <h2 id="h">Help</h2>
        <button class="bare" aria-label="Close help" @click=${() => this.dialog.close()}>${icons.close}</button>
      </header>
      <h3>Keys</h3>
      <dl>${KEYS.map(([keys, what]) => html`<dt><kbd>${keys}</kbd></dt><dd>${what}</dd>`)}</dl>
      <h3>Words</h3>
      <dl class="words">${Object.entries(GLOSSARY).map(([word, sentence]) => html`<dt>${word}</dt><dd>${sentence}</dd>`)}</dl>
    </dialog>`;
  }
}
