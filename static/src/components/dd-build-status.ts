// How the build is, in figures and one card: what to do first, the place in the queue, what runs now, what came out, or
// what went wrong with the line to mend. The card keeps its room, so nothing jumps.
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import { active, cacheNote, figures, type BuildView, type Failure } from "../stores/build";
import { bytes, plural, seconds, shortTitle } from "./format";
import { icons } from "./icons";
import { shared, tell } from "./shared";

export interface NotBuilt {
  message: string;
  fix: string;
  line: number | null;
}

@customElement("dd-build-status")
export class DdBuildStatus extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: block;
      }
      .figures {
        display: flex;
        gap: 28px;
        align-items: center;
        margin: 0 0 12px;
        font-size: 13px;
        color: var(--muted);
        min-height: 44px;
      }
      .figures dl {
        display: flex;
        gap: 28px;
        margin: 0;
        flex: 1;
      }
      .figures div {
        display: flex;
        flex-direction: column-reverse;
        white-space: nowrap;
      }
      dd {
        margin: 0;
        font-size: 20px;
        font-weight: 700;
        color: var(--ink);
        line-height: 1.2;
        font-variant-numeric: tabular-nums;
        letter-spacing: -0.01em;
      }
      .card {
        display: flex;
        align-items: center;
        gap: 14px;
        min-height: 64px;
        padding: 10px 16px;
        background: var(--card);
        border: 1px solid var(--line);
        border-left: 4px solid var(--wire);
        border-radius: 10px;
      }
      .card p {
        margin: 0;
        font-size: 14.5px;
        line-height: 1.4;
      }
      .card p + p {
        font-size: 13px;
        color: var(--muted);
      }
      .card .text {
        flex: 1;
        min-width: 0;
      }
      .card.running {
        border-left-color: var(--accent);
      }
      .card.succeeded {
        border-left-color: var(--ok);
      }
      .card.failed {
        border-left-color: var(--danger);
        align-items: flex-start;
      }
      .card.queued,
      .card.cancelling {
        border-left-color: var(--warn);
      }
      .kicker {
        font-size: 12px;
        font-weight: 600;
        background: var(--accent-soft);
        color: var(--accent);
        padding: 4px 10px;
        border-radius: 99px;
        white-space: nowrap;
      }
      .succeeded .kicker {
        background: var(--ok-soft);
        color: var(--ok);
      }
      .failed .kicker {
        background: var(--danger-soft);
        color: var(--danger);
      }
      .queued .kicker,
      .cancelling .kicker {
        background: var(--warn-soft);
        color: var(--warn);
      }
      .text b,
      .what {
        font-weight: 600;
        overflow-wrap: anywhere;
      }
      pre {
        margin: 10px 0 0;
        max-height: 116px;
        overflow: auto;
        background: var(--log);
        color: #dde5f2;
        border-radius: 8px;
        padding: 8px 12px;
        font: 12px/18px var(--mono);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
      }
      .fix {
        color: var(--ink) !important;
        margin-top: 4px !important;
      }
      button.primary {
        min-height: 40px;
        padding: 8px 20px;
        font-size: 14px;
      }
      @media (max-width: 640px) {
        .key {
          display: none;
        }
        .figures,
        .figures dl {
          gap: 16px;
        }
        dd {
          font-size: 17px;
        }
        .card {
          flex-wrap: wrap;
        }
        .card > .text,
        .card > .primary {
          flex: 1 0 100%;
          min-width: 0;
        }
        .kicker {
          display: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) view: BuildView | null = null;
  @property({ type: Number }) now = 0;
  /** Steps the Dockerfile would make, for the summary before a build. */
  @property({ type: Number }) planned = 0;
  @property() image = "";
  /** The server's refusal of the last wish: nothing was queued. */
  @property({ attribute: false }) refusal: NotBuilt | null = null;
  @property({ type: Number }) runs = 0;
  /** The project had no build before this one. */
  @property({ type: Boolean }) first = false;

  /** The end of a long output says what went wrong: it is what one sees. */
  protected override updated(): void {
    const tail = this.renderRoot.querySelector("pre");
    if (tail && tail.dataset.read !== tail.textContent) {
      tail.dataset.read = tail.textContent ?? "";
      tail.scrollTop = tail.scrollHeight;
    }
  }

  protected override render() {
    const view = this.view;
    if (!view) return nothing;
    const f = figures(view, this.now);
    const total = f.total || this.planned;
    const idle = view.state === "idle";
    return html`
      <div class="figures">
        <dl>
          <div><dt>steps</dt><dd>${idle ? total : `${f.done} / ${total}`}</dd></div>
          <div><dt>from cache</dt><dd>${idle ? "–" : f.cached}</dd></div>
          <div><dt>${view.finished ? "in all" : "so far"}</dt><dd>${f.seconds === null ? "–" : seconds(f.seconds)}</dd></div>
          <div><dt>image</dt><dd>${f.size === null ? "–" : bytes(f.size)}</dd></div>
        </dl>
        ${active(view.state)
          ? html`<button ?disabled=${view.state === "cancelling"} @click=${() => tell(this, "dd-cancel", null)}>
              ${icons.stop} ${view.state === "cancelling" ? "Stopping…" : "Cancel"}
            </button>`
          : nothing}
      </div>
      <div class="card ${this.refusal ? "failed" : view.state}">${this.refusal ? this.#refused(this.refusal) : this.#card(view)}</div>
    `;
  }

  #card(view: BuildView) {
    switch (view.state) {
      case "idle":
        return html`<span class="kicker">Ready</span>
          <div class="text"><p>Press <b>Build</b><span class="key"> (Ctrl Enter)</span> to make an image of this project.</p><p>Each step really runs, and the graph below shows it live.</p></div>`;
      case "queued":
        return html`<span class="kicker">Waiting</span>
          <div class="text"><p>${place(view.ahead)}</p><p>${view.queued ? `${plural(view.queued.files, "file")}, ${bytes(view.queued.context_bytes)} of context sent` : "Sending the project…"}</p></div>`;
      case "running":
        return html`<span class="kicker">Building</span><div class="text">${running(view)}</div>`;
      case "cancelling":
        return html`<span class="kicker">Stopping</span><div class="text"><p>${view.cancelling || "The step that runs is being stopped."}</p></div>`;
      case "succeeded":
        return this.#succeeded(view);
      case "failed":
        return this.#failed(view.finished?.failure ?? null);
      case "cancelled":
        return html`<span class="kicker">Cancelled</span>
          <div class="text"><p>${view.finished?.failure?.what || "This build was cancelled."}</p><p>What was built stays in the cache: the next build goes on from there.</p></div>`;
    }
  }

  #refused(refusal: NotBuilt) {
    const { line } = refusal;
    return html`<span class="kicker">Not built</span>
      <div class="text">
        <p class="what">${refusal.message}</p>
        ${refusal.fix ? html`<p class="fix">${refusal.fix}</p>` : nothing}
        <p>
          ${line !== null ? html`<button class="link" @click=${() => tell(this, "dd-line", { line })}>Line ${line}</button> · ` : nothing}
          Nothing was built.
        </p>
      </div>`;
  }

  #succeeded(view: BuildView) {
    const image = view.finished?.image;
    return html`<span class="kicker">Built</span>
      <div class="text">
        <p><b>${image?.reference ?? this.image}</b> is ready${image ? html`: ${bytes(image.size)}` : nothing}.</p>
        <p>${cacheNote(view, this.first)}</p>
      </div>
      ${image ? html`<button class="primary" @click=${() => tell(this, "dd-run-it", null)}>${icons.play} ${this.runs > 0 ? "Run again" : "Run it"}</button>` : nothing}`;
  }

  #failed(failure: Failure | null) {
    if (!failure) return html`<span class="kicker">Failed</span><div class="text"><p>The build failed.</p></div>`;
    const { line, exit_code: code } = failure;
    return html`<span class="kicker">Failed</span>
      <div class="text">
        <p class="what">${failure.what}</p>
        ${failure.fix ? html`<p class="fix">${failure.fix}</p>` : nothing}
        <p>
          ${line !== null ? html`<button class="link" @click=${() => tell(this, "dd-line", { line })}>Line ${line}</button>` : nothing}
          ${code !== null ? html`${line !== null ? " · " : nothing}exit code ${code}` : nothing}
          ${failure.step !== null
            ? html` · <button class="link" @click=${() => tell(this, "dd-step", { id: failure.step })}>see its log</button>`
            : nothing}
        </p>
        ${failure.tail.length > 0 ? html`<pre tabindex="0" aria-label="Last lines">${failure.tail.join("\n")}</pre>` : nothing}
      </div>`;
  }
}

function place(ahead: number | null): string {
  if (ahead === null) return "Waiting for a builder…";
  return ahead === 0 ? "Yours is next." : `${plural(ahead, "build")} before yours.`;
}

function running(view: BuildView) {
  const now = view.steps.filter((s) => s.state === "running");
  const step = now.at(-1);
  const again = view.attempt > 1 ? `Attempt ${view.attempt}: ${view.because}` : "";
  const progress = step ? Object.values(step.progress).filter((p) => !p.done).at(-1) : undefined;
  const inner = progress ? `${progress.label}${progress.total > 0 ? ` ${bytes(progress.current)} of ${bytes(progress.total)}` : ""}` : "";
  return html`<p><b>${step ? shortTitle(step.step.title) : "Starting…"}</b></p>
    <p>${inner || again || (now.length > 1 ? `and ${plural(now.length - 1, "other step")} at the same time` : step ? `in stage ${step.step.stage || "setup"}` : "")}</p>`;
}
