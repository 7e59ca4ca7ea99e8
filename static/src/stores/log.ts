// Lines of output in the order they came, shared by builds and containers. Appending is in place (a copy per batch would
// cost more than the batch); readers keep a cursor and ask what is new.

export interface LogLine {
  /** The step or run that wrote it. */
  source: string;
  seconds: number;
  stream: "stdout" | "stderr" | "note";
  text: string;
}

export const KEEP_LINES = 100_000;

export class LogBook {
  #lines: LogLine[] = [];
  /** How many of the oldest lines were let go. */
  dropped = 0;
  /** Grows when all is forgotten, so that a reader starts again. */
  epoch = 0;

  constructor(private readonly keep = KEEP_LINES) {}

  /** Lines ever written since the last `clear`. */
  get end(): number {
    return this.dropped + this.#lines.length;
  }

  get length(): number {
    return this.#lines.length;
  }

  append(lines: Iterable<LogLine>): void {
    for (const line of lines) this.#lines.push(line);
    const over = this.#lines.length - this.keep;
    if (over > this.keep / 10) {
      this.#lines.splice(0, over);
      this.dropped += over;
    }
  }

  clear(): void {
    this.#lines = [];
    this.dropped = 0;
    this.epoch += 1;
  }

  /** What came after *cursor* (a former `end`), of one source or of all. */
  since(cursor: number, source: string | null = null): LogLine[] {
    const fresh = this.#lines.slice(Math.max(0, cursor - this.dropped));
    return source === null ? fresh : fresh.filter((line) => line.source === source);
  }
}
