// Puts lines into <pre> chunks of 200: with content-visibility the browser skips the chunks out of sight, and find, selection
// and screen readers still see every line. 100,000 lines are 500 elements.
import type { LogLine } from "../stores/log";
import { parseAnsi } from "./ansi";

export const CHUNK_LINES = 200;
export const LINE_PX = 19;

export interface LineStyle {
  time: boolean;
  /** Names a source where its lines begin; '' for none. */
  heading: (source: string) => string;
}

interface Chunk {
  pre: HTMLPreElement;
  lines: number;
}

export class LogChunks {
  #chunks: Chunk[] = [];
  #last: string | null = null;

  constructor(
    private readonly box: HTMLElement,
    private readonly style: LineStyle,
    private readonly keep = 100_000,
  ) {}

  get lines(): number {
    return this.#chunks.reduce((sum, chunk) => sum + chunk.lines, 0);
  }

  append(lines: LogLine[]): void {
    let at = 0;
    while (at < lines.length) {
      let chunk = this.#chunks.at(-1);
      if (!chunk || chunk.lines >= CHUNK_LINES) chunk = this.#open();
      const part = lines.slice(at, at + CHUNK_LINES - chunk.lines);
      chunk.pre.append(this.#draw(part));
      chunk.lines += part.length;
      chunk.pre.style.setProperty("contain-intrinsic-size", `auto ${chunk.lines * LINE_PX}px`);
      at += part.length;
    }
    while (this.lines - (this.#chunks[0]?.lines ?? 0) >= this.keep) this.#chunks.shift()?.pre.remove();
  }

  clear(): void {
    this.box.replaceChildren();
    this.#chunks = [];
    this.#last = null;
  }

  #open(): Chunk {
    const pre = this.box.ownerDocument.createElement("pre");
    const chunk = { pre, lines: 0 };
    this.#chunks.push(chunk);
    this.box.append(pre);
    return chunk;
  }

  #draw(lines: LogLine[]): DocumentFragment {
    const document = this.box.ownerDocument;
    const fragment = document.createDocumentFragment();
    let run = "";
    const settle = (): void => {
      if (run !== "") fragment.append(run);
      run = "";
    };
    const span = (text: string, cls: string): void => {
      settle();
      const element = document.createElement("span");
      element.className = cls;
      element.textContent = text;
      fragment.append(element);
    };
    for (const line of lines) {
      if (line.source !== this.#last) {
        this.#last = line.source;
        const heading = this.style.heading(line.source);
        if (heading !== "") span(`${heading}\n`, "head");
      }
      if (line.stream === "note") {
        span(`── ${line.text}\n`, "note");
        continue;
      }
      if (this.style.time) span(`${line.seconds.toFixed(2).padStart(7)} `, "t");
      if (line.stream === "stderr") span("", "err");
      for (const part of parseAnsi(line.text)) {
        if (part.cls === "") run += part.text;
        else span(part.text, part.cls);
      }
      run += "\n";
    }
    settle();
    return fragment;
  }
}
