// Ctrl+K: every command of the page by name.
import { css, html, LitElement } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { shared } from "./shared";

export interface Command {
  title: string;
  keys?: string;
  run: () => void;
}

/** Commands whose words begin with the words of *wanted*, in order of how early they match. */
export function matching(commands: Command[], wanted: string): Command[] {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  return commands
    .map((command) => {
      const title = command.title.toLowerCase();
      const at = words.map((w) => (title.startsWith(w) ? 0 : title.indexOf(` ${w}`) >= 0 ? title.indexOf(` ${w}`) : title.includes(w) ? 1000 : -1));
      return { command, score: at.some((n) => n < 0) ? -1 : at.reduce((a, b) => a + b, 0) };
    })
    .filter((m) => m.score >= 0)
    .sort((a, b) => a.score - b.score)
    .map((m) => m.command);
}

@customElement("dd-palette")
export class DdPalette extends LitElement {
  static override styles = [
    shared,
    css`
      dialog {
        width: min(560px, calc(100vw - 24px));
        margin-top: 12vh;
        padding: 0;
        border: 1px solid var(--line);
        border-radius: 16px;
        background: var(--card);
        color: var(--ink);
        box-shadow: var(--lift);
        overflow: hidden;
      }
      dialog::backdrop {
        background: rgb(10 16 30 / 0.35);
      }
      input {
        width: 100%;
        border: 0;
        border-bottom: 1px solid var(--line);
        border-radius: 0;
        font-size: 16px;
        padding: 15px 18px;
        outline: none;
      }
      ul {
        list-style: none;
        margin: 0;
        padding: 8px;
        max-height: 46vh;
        overflow-y: auto;
      }
      li {
        display: flex;
        justify-content: space-between;
        gap: 16px;
        padding: 9px 12px;
        border-radius: 9px;
        font: 14px/1.3 var(--sans);
        cursor: pointer;
      }
      li[aria-selected="true"] {
        background: var(--accent-soft);
        color: var(--accent);
      }
      .empty {
        padding: 14px 20px;
      }
    `,
  ];

  @property({ attribute: false }) commands: Command[] = [];
  @state() private wanted = "";
  @state() private at = 0;
  @query("dialog") private dialog!: HTMLDialogElement;

  open(): void {
    this.wanted = "";
    this.at = 0;
    this.dialog.showModal();
  }

  protected override render() {
    const found = matching(this.commands, this.wanted);
    return html`<dialog aria-label="Commands" @click=${(e: Event) => e.target === this.dialog && this.dialog.close()}>
      <input
        role="combobox"
        aria-label="Search commands"
        aria-expanded="true"
        aria-controls="list"
        aria-activedescendant=${found.length ? `c${this.at}` : ""}
        placeholder="Type a command"
        autocomplete="off"
        .value=${this.wanted}
        @input=${(e: InputEvent) => ((this.wanted = (e.target as HTMLInputElement).value), (this.at = 0))}
        @keydown=${(e: KeyboardEvent) => this.key(e, found)}
      />
      <ul id="list" role="listbox" aria-label="Commands" tabindex="-1">
        ${found.map(
          (c, i) =>
            html`<li id=${`c${i}`} role="option" aria-selected=${i === this.at} @click=${() => this.choose(c)}>
              <span>${c.title}</span>${c.keys ? html`<kbd>${c.keys}</kbd>` : null}
            </li>`,
        )}
      </ul>
      ${found.length === 0 ? html`<div class="empty">No command of that name.</div>` : null}
    </dialog>`;
  }

  private key(event: KeyboardEvent, found: Command[]): void {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && found.length) {
      event.preventDefault();
      this.at = (this.at + step + found.length) % found.length;
      void this.updateComplete.then(() => this.renderRoot.querySelector(`#c${this.at}`)?.scrollIntoView({ block: "nearest" }));
    } else if (event.key === "Enter") {
      event.preventDefault();
      const chosen = found[this.at];
      if (chosen) this.choose(chosen);
    }
  }

  private choose(command: Command): void {
    this.dialog.close();
    command.run();
  }
}
