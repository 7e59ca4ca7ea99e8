// Output, live: follows the end until one scrolls up, copies, wraps; `book` is read from where the last look ended.
import { css, html, LitElement, type PropertyValues } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { LogBook } from "../stores/log";
import { plain } from "./ansi";
import { icons } from "./icons";
import { LogChunks } from "./log-chunks";
import { shared, tell } from "./shared";

@customElement("dd-log")
export class DdLog extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        position: relative;
        color-scheme: dark;
        background: var(--log);
        color: #dde5f2;
      }
      .bar {
        display: flex;
        align-items: center;
        gap: 6px;
        min-height: 38px;
        padding: 3px 8px 3px 14px;
        border-bottom: 1px solid var(--log-line);
        font: 12.5px var(--sans);
        color: #a9b6cc;
      }
      .bar slot {
        flex: 1;
        display: flex;
        min-width: 0;
      }
      ::slotted(*) {
        flex: 1;
        min-width: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .bar button {
        color: #a9b6cc;
      }
      .bar button:hover {
        color: #fff;
        background: #202c43;
      }
      .bar button[aria-pressed="true"] {
        color: #8fb2ff;
      }
      .scroll {
        flex: 1;
        min-height: 0;
        overflow: auto;
        padding: 10px 16px 14px;
        overflow-anchor: none;
        font: 12.5px/19px var(--mono);
        font-variant-ligatures: none;
      }
      .scroll:focus-visible {
        outline-offset: -2px;
      }
      pre {
        margin: 0;
        font: inherit;
        tab-size: 8;
        content-visibility: auto;
        min-width: max-content;
      }
      .wrap pre {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        min-width: 0;
      }
      .empty {
        color: #a9b6cc;
        font: 13.5px/1.5 var(--sans);
        padding: 4px 0;
        white-space: normal;
      }
      .jump {
        position: absolute;
        right: 18px;
        bottom: 14px;
        background: #2f55d4;
        border-color: #2f55d4;
        color: #fff;
        box-shadow: 0 4px 14px rgb(0 0 0 / 0.5);
      }
      .jump:hover {
        background: #3a63ea;
      }
      .t {
        color: #8093b4;
        user-select: none;
      }
      .err::before {
        content: "!";
        color: #f2c14e;
        margin-right: 1ch;
        font-weight: 700;
      }
      .head {
        color: #8fb2ff;
        font-weight: 700;
      }
      .note {
        color: #f2c14e;
      }
      .b {
        font-weight: 700;
      }
      .i {
        font-style: italic;
      }
      .u {
        text-decoration: underline;
      }
      .d {
        color: #a0aec6;
      }
      .v {
        background: #dde5f2;
        color: #0f1622;
      }
      .fg0, .fg8 { color: #8a97ae; }
      .fg1, .fg9 { color: #ff8a80; }
      .fg2, .fg10 { color: #5fd38d; }
      .fg3, .fg11 { color: #f2c14e; }
      .fg4, .fg12 { color: #8fb2ff; }
      .fg5, .fg13 { color: #d6a5f7; }
      .fg6, .fg14 { color: #7fdfe6; }
      .fg7 { color: #dde5f2; }
      .fg15 { color: #ffffff; }
      .bg0, .bg8 { background: #2b374f; }
      .bg1, .bg9 { background: #6d201b; color: #fff; }
      .bg2, .bg10 { background: #14532d; color: #fff; }
      .bg3, .bg11 { background: #5c4300; color: #fff; }
      .bg4, .bg12 { background: #1e3a8a; color: #fff; }
      .bg5, .bg13 { background: #581c74; color: #fff; }
      .bg6, .bg14 { background: #134e58; color: #fff; }
      .bg7, .bg15 { background: #dde5f2; color: #0f1622; }
    `,
  ];

  @property({ attribute: false }) book: LogBook | null = null;
  /** `book.end` as the page last saw it: a change makes us look for new lines. */
  @property({ type: Number }) end = 0;
  /** Only this source's lines; null for all. */
  @property({ attribute: false }) source: string | null = null;
  @property() label = "Log";
  @property() empty = "Nothing was written yet.";
  @property({ type: Boolean }) times = false;
  /** Names of sources, shown where their lines begin when all are shown. */
  @property({ attribute: false }) headings: ReadonlyMap<string, string> = new Map();

  @state() private follow = true;
  @state() private wrap = false;
  @state() private lines = 0;
  @query(".scroll") private scroller!: HTMLElement;
  @query(".box") private box!: HTMLElement;
  #chunks: LogChunks | null = null;
  #read = { book: null as LogBook | null, epoch: -1, cursor: 0, source: null as string | null };

  protected override render() {
    return html`
      <div class="bar">
        <slot></slot>
        <button class="bare" aria-pressed=${this.wrap} @click=${() => (this.wrap = !this.wrap)}>Wrap</button>
        <button class="bare" aria-pressed=${this.follow} @click=${() => this.#setFollow(!this.follow)}>Follow</button>
        <button class="bare" @click=${this.copy} aria-label="Copy the log" title="Copy the log">${icons.copy}</button>
      </div>
      <div
        class=${this.wrap ? "scroll wrap" : "scroll"}
        role="log"
        aria-live="off"
        aria-label=${this.label}
        tabindex="0"
        @scroll=${this.scrolled}
      >
        <div class="empty" ?hidden=${this.lines > 0}>${this.empty}</div>
        <div class="box"></div>
      </div>
      <button class="jump" ?hidden=${this.follow || this.lines === 0} @click=${() => this.#setFollow(true)}>
        ${icons.down} Newest
      </button>
    `;
  }

  protected override updated(changed: PropertyValues): void {
    this.#chunks ??= new LogChunks(this.box, {
      time: this.times,
      heading: (source) => (this.source === null ? (this.headings.get(source) ?? "") : ""),
    });
    this.#pull();
    if (changed.has("follow") || changed.has("wrap")) this.#toEnd();
  }

  #pull(): void {
    const { book, source } = this;
    const read = this.#read;
    if (!this.#chunks || !book) return;
    if (read.book !== book || read.epoch !== book.epoch || read.source !== source) {
      this.#chunks.clear();
      this.#read = { book, epoch: book.epoch, cursor: 0, source };
      if (!this.follow) this.follow = true;
    }
    const fresh = book.since(this.#read.cursor, source);
    this.#read.cursor = book.end;
    if (fresh.length > 0) this.#chunks.append(fresh);
    const lines = this.#chunks.lines;
    if (lines !== this.lines) this.lines = lines;
    if (fresh.length > 0) this.#toEnd();
  }

  #toEnd(): void {
    if (this.follow) this.scroller.scrollTop = this.scroller.scrollHeight;
  }

  #setFollow(follow: boolean): void {
    this.follow = follow;
    this.#toEnd();
  }

  #lastTop = 0;
  private scrolled = (): void => {
    const { scrollTop, clientHeight, scrollHeight } = this.scroller;
    const up = scrollTop < this.#lastTop - 1;
    this.#lastTop = scrollTop;
    const atEnd = scrollTop + clientHeight >= scrollHeight - 4;
    if (up && !atEnd) this.follow = false;
    else if (atEnd && !this.follow) this.follow = true;
  };

  private copy = async (): Promise<void> => {
    const text = (this.book?.since(0, this.source) ?? []).map((line) => plain(line.text)).join("\n");
    try {
      await navigator.clipboard.writeText(text);
      tell(this, "dd-copied", { lines: this.lines });
    } catch {
      const range = document.createRange();
      range.selectNodeContents(this.box);
      getSelection()?.removeAllRanges();
      getSelection()?.addRange(range);
    }
  };
}
