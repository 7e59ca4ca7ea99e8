// One question at a time: a sentence, perhaps fields, two buttons. `ask` answers the fields' values, or null.
import { css, html, LitElement, nothing } from "lit";
import { customElement, query, state } from "lit/decorators.js";
import { shared } from "./shared";

export interface Field {
  name: string;
  label: string;
  value?: string;
  hint?: string;
  mono?: boolean;
  options?: string[];
}

export interface Question {
  heading: string;
  text?: string;
  fields?: Field[];
  confirm: string;
  danger?: boolean;
  /** The sentence why these values cannot be, or ''. */
  problem?: (values: Record<string, string>) => string;
}

@customElement("dd-dialog")
export class DdDialog extends LitElement {
  static override styles = [
    shared,
    css`
      dialog {
        width: min(460px, calc(100vw - 32px));
        border: 1px solid var(--line);
        border-radius: 16px;
        background: var(--card);
        color: var(--ink);
        padding: 22px 24px;
        box-shadow: var(--lift);
        font: 14px/1.5 var(--sans);
      }
      dialog::backdrop {
        background: rgb(10 16 30 / 0.45);
      }
      h2 {
        font-size: 17px;
        margin-bottom: 6px;
      }
      p {
        margin: 0 0 4px;
        color: var(--muted);
      }
      label {
        display: grid;
        gap: 5px;
        margin-top: 14px;
        font-weight: 600;
        font-size: 13px;
      }
      label small {
        font-weight: 400;
        color: var(--muted);
        font-size: 12.5px;
      }
      .problem {
        min-height: 22px;
        margin: 10px 0 0;
        color: var(--danger);
        font-size: 13px;
      }
      footer {
        display: flex;
        justify-content: flex-end;
        gap: 10px;
        margin-top: 12px;
      }
      footer button {
        min-height: 36px;
        padding: 7px 16px;
      }
    `,
  ];

  @state() private question: Question | null = null;
  @state() private problem = "";
  @query("dialog") private dialog!: HTMLDialogElement;
  #answer: ((values: Record<string, string> | null) => void) | null = null;

  async ask(question: Question): Promise<Record<string, string> | null> {
    this.#answer?.(null);
    this.question = question;
    this.problem = "";
    await this.updateComplete;
    const input = this.dialog.querySelector<HTMLInputElement>("input");
    this.dialog.showModal();
    if (input) {
      input.focus();
      const dot = input.value.lastIndexOf(".");
      const slash = input.value.lastIndexOf("/") + 1;
      input.setSelectionRange(slash, dot > slash ? dot : input.value.length);
    }
    return new Promise((resolve) => (this.#answer = resolve));
  }

  protected override render() {
    const q = this.question;
    return html`<dialog aria-labelledby="h" @close=${this.closed}>
      ${q
        ? html`<form method="dialog" @submit=${this.submit}>
            <h2 id="h">${q.heading}</h2>
            ${q.text ? html`<p>${q.text}</p>` : nothing}
            ${(q.fields ?? []).map(
              (f) =>
                html`<label
                  >${f.label}
                  ${f.options
                    ? html`<select name=${f.name}>
                        ${f.options.map((o) => html`<option .selected=${o === f.value}>${o}</option>`)}
                      </select>`
                    : html`<input
                        name=${f.name}
                        class=${f.mono ? "mono" : ""}
                        .value=${f.value ?? ""}
                        autocomplete="off"
                        spellcheck="false"
                        @input=${() => (this.problem = "")}
                      />`}
                  ${f.hint ? html`<small>${f.hint}</small>` : nothing}</label
                >`,
            )}
            ${q.fields?.length ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
            <footer>
              <button type="button" @click=${() => this.dialog.close()}>Cancel</button>
              <button class=${q.danger ? "danger" : "primary"} ?autofocus=${!q.fields?.length}>${q.confirm}</button>
            </footer>
          </form>`
        : nothing}
    </dialog>`;
  }

  private submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const form = event.target as HTMLFormElement;
    const values: Record<string, string> = {};
    for (const [name, value] of new FormData(form)) values[name] = String(value).trim();
    this.problem = this.question?.problem?.(values) ?? "";
    if (this.problem !== "") return;
    const answer = this.#answer;
    this.#answer = null;
    this.dialog.close();
    answer?.(values);
  };

  private closed = (): void => {
    this.#answer?.(null);
    this.#answer = null;
    this.question = null;
  };
}
