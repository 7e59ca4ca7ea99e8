// What to run an image with: command, environment, memory, CPU. Emits `dd-run` with the wish; the page sends it.
import { css, html, LitElement, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { ImageSummary } from "../wire";
import { commandText, memory, shellWord, throughShell } from "./format";
import { icons } from "./icons";
import { shared, tell } from "./shared";

export interface RunDetail {
  image: string;
  command: string;
  env: Record<string, string>;
  memory: number;
  cpus: number;
}

const MIB = 2 ** 20;
const MEMORY = [32, 64, 128, 256, 512, 1024].map((m) => m * MIB);
const CPUS = [0.25, 0.5, 1, 2];

@customElement("dd-run-form")
export class DdRunForm extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      form {
        display: grid;
        grid-template-columns: minmax(0, 1fr) 116px 92px auto;
        gap: 10px 12px;
        align-items: end;
      }
      label {
        display: grid;
        gap: 4px;
        font-size: 12px;
        font-weight: 600;
        color: var(--muted);
        min-width: 0;
      }
      input,
      select {
        width: 100%;
      }
      button.primary {
        min-height: 34px;
      }
      .env {
        grid-column: 1 / -1;
        display: grid;
        gap: 6px;
      }
      .pair {
        display: grid;
        grid-template-columns: minmax(0, 180px) minmax(0, 1fr) auto;
        gap: 8px;
      }
      .env > button {
        justify-self: start;
      }
      .shell {
        grid-column: 1 / -1;
        margin: 0;
        font-size: 12.5px;
        color: var(--muted);
      }
      .shell code {
        font: 600 12px var(--mono);
        color: var(--ink);
      }
      .problem {
        grid-column: 1 / -1;
        margin: 0;
        font-size: 13px;
        color: var(--danger);
      }
      @media (max-width: 640px) {
        form {
          grid-template-columns: 1fr 1fr;
        }
        .command {
          grid-column: 1 / -1;
        }
        button.primary {
          grid-column: 1 / -1;
        }
      }
    `,
  ];

  @property({ attribute: false }) image: ImageSummary | null = null;
  @property({ type: Number }) maxMemory = 512 * MIB;
  @property({ type: Number }) maxCpus = 1;
  @property({ type: Boolean }) busy = false;
  /** The server's refusal, if the last wish got one. */
  @property() problem = "";

  @state() private command = "";
  @state() private pairs: [string, string][] = [];
  @state() private memory = 128 * MIB;
  @state() private cpus = 0.5;

  /** Sends the wish as it stands: what Enter and the page's own "Run it" do. */
  submit(): void {
    if (!this.image || this.busy) return;
    const env: Record<string, string> = {};
    for (const [name, value] of this.pairs) if (name.trim() !== "") env[name.trim()] = value;
    const memory = Math.min(this.memory, this.maxMemory);
    const cpus = Math.min(this.cpus, this.maxCpus);
    tell<RunDetail>(this, "dd-run", { image: this.image.id, command: this.command.trim(), env, memory, cpus });
  }

  protected override render() {
    const own = this.image ? commandText(this.image.command) : "";
    const word = shellWord(this.command);
    const memories = MEMORY.filter((m) => m <= this.maxMemory);
    const cpus = CPUS.filter((c) => c <= this.maxCpus);
    return html`<form @submit=${(e: Event) => (e.preventDefault(), this.submit())}>
      <label class="command"
        >Command
        <input
          class="mono"
          placeholder=${own ? `${own}   (the image's own)` : "the image's own"}
          autocomplete="off"
          spellcheck="false"
          .value=${this.command}
          @input=${(e: Event) => (this.command = (e.target as HTMLInputElement).value)}
      /></label>
      <label
        >Memory
        <select @change=${(e: Event) => (this.memory = Number((e.target as HTMLSelectElement).value))}>
          ${memories.map((m) => html`<option value=${m} .selected=${m === Math.min(this.memory, this.maxMemory)}>${memory(m)}</option>`)}
        </select></label
      >
      <label
        >CPUs
        <select @change=${(e: Event) => (this.cpus = Number((e.target as HTMLSelectElement).value))}>
          ${cpus.map((c) => html`<option value=${c} .selected=${c === Math.min(this.cpus, this.maxCpus)}>${c}</option>`)}
        </select></label
      >
      <button class="primary" ?disabled=${this.busy || !this.image}>${icons.play} Run</button>
      ${word
        ? html`<p class="shell">
            No shell reads the command, so the program gets <code>${word}</code> as it stands.
            <button type="button" class="link" @click=${() => (this.command = throughShell(this.command))}>Use a shell</button>
          </p>`
        : nothing}
      <div class="env">
        ${this.pairs.map(
          ([name, value], i) => html`<div class="pair">
            <input class="mono" aria-label="Variable name" placeholder="NAME" .value=${name} @input=${(e: Event) => this.#pair(i, 0, e)} />
            <input class="mono" aria-label=${`Value of ${name || "variable"}`} placeholder="value" .value=${value} @input=${(e: Event) => this.#pair(i, 1, e)} />
            <button type="button" class="bare" aria-label=${`Remove ${name || "variable"}`} @click=${() => (this.pairs = this.pairs.filter((_, j) => j !== i))}>${icons.close}</button>
          </div>`,
        )}
        <button type="button" class="bare" @click=${() => (this.pairs = [...this.pairs, ["", ""]])}>${icons.plus} Environment variable</button>
      </div>
      ${this.problem ? html`<p class="problem" role="alert">${this.problem}</p>` : nothing}
    </form>`;
  }

  #pair(index: number, part: 0 | 1, event: Event): void {
    const value = (event.target as HTMLInputElement).value;
    this.pairs = this.pairs.map((p, i) => (i !== index ? p : part === 0 ? [value, p[1]] : [p[0], value]));
  }
}
