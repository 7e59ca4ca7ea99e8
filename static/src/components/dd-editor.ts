// The editor of one file at a time. CodeMirror is a chunk of its own: until it is there the text can already be read.
// It lives in this shadow root, so its styles are adopted sheets and the content policy needs no exception.
import { css, html, LitElement, nothing, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Mark } from "../stores/build";
import type { Problem } from "../wire";
import type { EditorCore } from "./editor/core";
import { shared, tell } from "./shared";

@customElement("dd-editor")
export class DdEditor extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
        position: relative;
        min-height: 0;
        background: var(--card);
      }
      .cm {
        height: 100%;
      }
      pre {
        position: absolute;
        inset: 0;
        margin: 0;
        padding: 8px 0 0 96px;
        overflow: hidden;
        font: 13px/1.5 var(--mono);
      }
    `,
  ];

  @property() path = "";
  @property() text = "";
  @property({ attribute: false }) problems: Problem[] = [];
  @property({ attribute: false }) marks: Mark[] = [];
  @property({ attribute: false }) images: string[] = [];

  @state() private ready = false;
  @query(".cm") private box!: HTMLElement;
  #core: EditorCore | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#core?.destroy();
    this.#core = null;
    this.ready = false;
  }

  goTo(line: number, column = 1): void {
    this.#core?.goTo(line, column);
  }

  nextProblem(): void {
    this.#core?.nextProblem();
  }

  forget(path: string): void {
    this.#core?.forget(path);
  }

  override focus(): void {
    this.#core?.view.focus();
  }

  protected override render() {
    return html`<div class="cm"></div>
      ${this.ready ? nothing : html`<pre aria-hidden="true">${this.text}</pre>`}`;
  }

  protected override updated(changed: PropertyValues): void {
    const core = this.#core;
    if (!core || this.path === "") return;
    const all = changed.has("ready");
    if (all || changed.has("path") || changed.has("text")) core.show(this.path, this.text);
    if (all || changed.has("images")) core.images(this.images);
    if (all || changed.has("problems") || changed.has("path")) core.problems(this.problems);
    if (all || changed.has("marks") || changed.has("path")) core.marks(this.marks);
  }

  async #load(): Promise<void> {
    const { EditorCore } = await import("./editor/core");
    await this.updateComplete;
    if (!this.isConnected || this.#core) return;
    this.#core = new EditorCore(this.box, this.renderRoot as ShadowRoot, {
      onEdit: (path, text) => tell(this, "dd-edit", { path, text }),
      onProblems: (path, problems) => tell(this, "dd-found", { path, problems }),
      onBuild: () => tell(this, "dd-build-now", null),
      onSave: () => tell(this, "dd-save-now", null),
    });
    this.ready = true;
  }
}
