// A stream that resumes: events arrive in order, each number once, whatever the connection does. It delivers once per
// animation frame, acknowledges what was handled (the server stays at most 1,000 ahead), and says how the line is.
import type { LogEvent } from "../stores/events";
import type { EndFrame, EventsFrame, HelloFrame, PingFrame, ResetFrame } from "../wire";
import { CLOSE_BAD_REQUEST, CLOSE_NOT_FOUND, CLOSE_SIGNED_OUT, CLOSE_TOO_MANY } from "../wire";

type Frame = HelloFrame | EventsFrame | ResetFrame | EndFrame | PingFrame;

export type Line = "connecting" | "live" | "reconnecting" | "busy" | "ended" | "signed-out" | "not-found" | "closed";

export interface StreamHandlers {
  onEvents: (events: LogEvent[]) => void;
  onLine?: (line: Line) => void;
  /** The events before *oldest* are gone: load the state again. */
  onReset?: (oldest: number) => void;
  /** All the stream had when we connected has been delivered. */
  onCaughtUp?: () => void;
}

export const SILENCE_MS = 30_000;
export const ACK_EVERY = 200;
export const ACK_MS = 100;
const FIRST_DELAY_MS = 250;
const LONGEST_DELAY_MS = 10_000;
const BUSY_DELAY_MS = 15_000;
const HIDDEN_FRAME_MS = 100;

export class Stream {
  /** The newest event delivered. */
  seq: number;
  #received: number;
  #socket: WebSocket | null = null;
  #tries = 0;
  #queue: LogEvent[] = [];
  #frame = 0;
  #frameTimer: ReturnType<typeof setTimeout> | undefined;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #ackTimer: ReturnType<typeof setTimeout> | undefined;
  #acked: number;
  #target: number | null = null;
  #ended = false;
  #line: Line = "connecting";

  constructor(
    private readonly id: string,
    private readonly handlers: StreamHandlers,
    after = 0,
  ) {
    this.seq = this.#received = this.#acked = after;
    addEventListener("online", this.#wake);
    this.#open();
  }

  get line(): Line {
    return this.#line;
  }

  close(): void {
    this.#flush();
    this.#stop("closed");
    this.#drop(1000);
  }

  #wake = (): void => {
    if (this.#retry === undefined) return;
    clearTimeout(this.#retry);
    this.#tries = 0;
    this.#open();
  };

  #open(): void {
    this.#retry = undefined;
    this.#received = this.seq + this.#queue.length;
    this.#say(this.#tries === 0 && this.#line !== "reconnecting" ? "connecting" : "reconnecting");
    const url = new URL(`/ws/streams/${encodeURIComponent(this.id)}/`, location.href);
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
    url.searchParams.set("after", String(this.#received));
    const socket = new WebSocket(url);
    this.#socket = socket;
    socket.onopen = () => this.#hear();
    socket.onmessage = (message) => {
      if (socket !== this.#socket) return;
      this.#hear();
      this.#take(JSON.parse(String(message.data)) as Frame);
    };
    socket.onclose = (event) => {
      if (socket === this.#socket) this.#closed(event.code);
    };
    this.#hear();
  }

  #take(frame: Frame): void {
    switch (frame.t) {
      case "hello":
        this.#tries = 0;
        this.#target = frame.seq;
        this.#say("live");
        this.#caughtUp();
        return;
      case "events":
        for (const event of frame.events) {
          if (event.s <= this.#received) continue; // a repeat
          if (event.s > this.#received + 1) return this.#again(); // a hole
          this.#received = event.s;
          this.#queue.push(event as unknown as LogEvent);
        }
        this.#schedule();
        return;
      case "reset":
        this.#queue = [];
        this.#received = this.seq = this.#acked = frame.oldest - 1;
        this.handlers.onReset?.(frame.oldest);
        return;
      case "end":
        this.#ended = true;
        this.#flush();
        return;
      case "ping":
        return;
    }
  }

  #closed(code: number): void {
    this.#socket = null;
    clearTimeout(this.#silence);
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
    if (this.#ended && code === 1000) return this.#stop("ended");
    if (code === CLOSE_SIGNED_OUT) return this.#stop("signed-out");
    if (code === CLOSE_NOT_FOUND) return this.#stop("not-found");
    if (code === CLOSE_BAD_REQUEST) {
      if (this.seq === 0) return this.#stop("not-found");
      // our number is ahead of the server's (a restored backup): begin again
      this.#queue = [];
      this.seq = this.#received = this.#acked = 0;
      this.handlers.onReset?.(0);
    }
    this.#later(code === CLOSE_TOO_MANY ? BUSY_DELAY_MS : null);
  }

  #later(fixed: number | null): void {
    const longest = fixed ?? Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** this.#tries);
    this.#tries += 1;
    this.#say(fixed === null ? "reconnecting" : "busy");
    this.#retry = setTimeout(() => this.#open(), longest * (0.5 + Math.random() / 2));
  }

  #again(): void {
    this.#flush();
    this.#drop(4000);
    this.#closed(4000);
  }

  #drop(code: number): void {
    const socket = this.#socket;
    this.#socket = null;
    if (socket && socket.readyState <= WebSocket.OPEN) socket.close(code);
  }

  #stop(line: Line): void {
    removeEventListener("online", this.#wake);
    clearTimeout(this.#retry);
    clearTimeout(this.#silence);
    clearTimeout(this.#ackTimer);
    this.#retry = undefined;
    this.#say(line);
  }

  #hear(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#again(), SILENCE_MS);
  }

  /** One delivery per animation frame; a hidden tab has no frames, so a timer stands by. */
  #schedule(): void {
    if (this.#frame !== 0 || this.#queue.length === 0) return;
    this.#frame = requestAnimationFrame(() => this.#flush());
    this.#frameTimer = setTimeout(() => this.#flush(), HIDDEN_FRAME_MS);
  }

  #flush(): void {
    cancelAnimationFrame(this.#frame);
    clearTimeout(this.#frameTimer);
    this.#frame = 0;
    const events = this.#queue;
    const last = events.at(-1);
    if (!last) return;
    this.#queue = [];
    this.seq = last.s;
    this.handlers.onEvents(events);
    if (this.seq - this.#acked >= ACK_EVERY) this.#ack();
    else this.#ackTimer ??= setTimeout(() => this.#ack(), ACK_MS);
    this.#caughtUp();
  }

  #ack(): void {
    clearTimeout(this.#ackTimer);
    this.#ackTimer = undefined;
    if (this.#socket?.readyState !== WebSocket.OPEN || this.seq === this.#acked) return;
    this.#socket.send(JSON.stringify({ ack: this.seq }));
    this.#acked = this.seq;
  }

  #caughtUp(): void {
    if (this.#target === null || this.seq < this.#target) return;
    this.#target = null;
    this.handlers.onCaughtUp?.();
  }

  #say(line: Line): void {
    if (line === this.#line) return;
    this.#line = line;
    this.handlers.onLine?.(line);
  }
}
