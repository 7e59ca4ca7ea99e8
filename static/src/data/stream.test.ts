import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LogEvent } from "../stores/events";
import { Stream, SILENCE_MS, type Line } from "./stream";

class FakeSocket {
  static CONNECTING = 0;
  static OPEN = 1;
  static all: FakeSocket[] = [];
  readyState = 0;
  sent: string[] = [];
  closedWith: number | null = null;
  onopen: (() => void) | null = null;
  onmessage: ((message: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(readonly url: URL) {
    FakeSocket.all.push(this);
  }

  static get last(): FakeSocket {
    return FakeSocket.all.at(-1) as FakeSocket;
  }

  hello(seq: number): this {
    this.readyState = 1;
    this.onopen?.();
    return this.frame({ t: "hello", seq, closed: false });
  }

  frame(frame: unknown): this {
    this.onmessage?.({ data: JSON.stringify(frame) });
    return this;
  }

  events(...numbers: number[]): this {
    return this.frame({ t: "events", events: numbers.map((s) => ({ s, type: "build.position", at: "", data: { ahead: s } })) });
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(code: number): void {
    this.closedWith = code;
    this.readyState = 3;
  }

  drop(code = 1006): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);
let got: number[];
let batches: number;
let lines: Line[];
let resets: number[];

function open(after = 0): Stream {
  return new Stream(
    "b1",
    {
      onEvents: (events: LogEvent[]) => {
        batches += 1;
        got.push(...events.map((e) => e.s));
      },
      onLine: (line) => lines.push(line),
      onReset: (oldest) => resets.push(oldest),
    },
    after,
  );
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", FakeSocket);
  vi.stubGlobal("requestAnimationFrame", (run: () => void) => setTimeout(run, 16));
  vi.stubGlobal("cancelAnimationFrame", (id: number) => clearTimeout(id));
  vi.spyOn(Math, "random").mockReturnValue(1);
  FakeSocket.all = [];
  [got, batches, lines, resets] = [[], 0, [], []];
});
afterEach(() => vi.useRealTimers());

describe("delivery", () => {
  it("hands over one batch per frame, in order", () => {
    open();
    FakeSocket.last.hello(5).events(1, 2).events(3, 4, 5);
    expect(got).toEqual([]);
    vi.advanceTimersByTime(16);
    expect(got).toEqual([1, 2, 3, 4, 5]);
    expect(batches).toBe(1);
  });

  it("delivers in a hidden tab, where frames never come", () => {
    vi.stubGlobal("requestAnimationFrame", () => 1);
    open();
    FakeSocket.last.hello(2).events(1, 2);
    vi.advanceTimersByTime(120);
    expect(got).toEqual([1, 2]);
  });

  it("passes over repeats", () => {
    open();
    FakeSocket.last.hello(3).events(1, 2).events(2, 3);
    vi.advanceTimersByTime(20);
    expect(got).toEqual([1, 2, 3]);
  });
});

describe("resuming", () => {
  it("asks for what comes after the last number, also of events not delivered yet", () => {
    open(7);
    expect(FakeSocket.last.url.searchParams.get("after")).toBe("7");
    FakeSocket.last.hello(9).events(8, 9).drop();
    vi.advanceTimersByTime(250);
    expect(FakeSocket.last.url.searchParams.get("after")).toBe("9");
    expect(got).toEqual([8, 9]);
  });

  it("reconnects at a hole and shows nothing twice", () => {
    open();
    FakeSocket.last.hello(9).events(1, 2, 5);
    expect(FakeSocket.last.closedWith).toBe(4000);
    vi.advanceTimersByTime(250);
    expect(FakeSocket.all).toHaveLength(2);
    expect(FakeSocket.last.url.searchParams.get("after")).toBe("2");
    FakeSocket.last.hello(9).events(...range(3, 9));
    vi.advanceTimersByTime(20);
    expect(got).toEqual(range(1, 9));
  });

  it("starts after what is no longer kept, and says so", () => {
    open();
    FakeSocket.last.hello(50).frame({ t: "reset", oldest: 40 }).events(40, 41);
    vi.advanceTimersByTime(20);
    expect(resets).toEqual([40]);
    expect(got).toEqual([40, 41]);
    FakeSocket.last.drop(1000);
    vi.advanceTimersByTime(250);
    expect(FakeSocket.last.url.searchParams.get("after")).toBe("41");
  });

  it("begins again when its number is ahead of the server's", () => {
    open(99);
    FakeSocket.last.drop(4400);
    vi.advanceTimersByTime(250);
    expect(resets).toEqual([0]);
    expect(FakeSocket.last.url.searchParams.get("after")).toBe("0");
    FakeSocket.last.drop(4400);
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.all).toHaveLength(2);
  });
});

describe("back-off", () => {
  it("doubles from 250 ms to 10 s", () => {
    open();
    const waits: number[] = [];
    for (let i = 0; i < 8; i++) {
      const before = FakeSocket.all.length;
      FakeSocket.last.drop();
      let waited = 0;
      while (FakeSocket.all.length === before) {
        vi.advanceTimersByTime(10);
        waited += 10;
      }
      waits.push(waited);
    }
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 10_000, 10_000]);
  });

  it("is forgotten once the server has said hello", () => {
    open();
    FakeSocket.last.drop();
    vi.advanceTimersByTime(250);
    FakeSocket.last.hello(0).drop();
    vi.advanceTimersByTime(250);
    expect(FakeSocket.all).toHaveLength(3);
  });

  it("ends at once when the browser is online again", () => {
    open();
    FakeSocket.last.drop();
    dispatchEvent(new Event("online"));
    expect(FakeSocket.all).toHaveLength(2);
    vi.advanceTimersByTime(20_000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("reconnects after half a minute of silence, and a ping is no silence", () => {
    open();
    FakeSocket.last.hello(0);
    vi.advanceTimersByTime(SILENCE_MS - 1000);
    FakeSocket.last.frame({ t: "ping" });
    vi.advanceTimersByTime(SILENCE_MS - 1);
    expect(FakeSocket.all).toHaveLength(1);
    vi.advanceTimersByTime(300);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it.each([
    [4401, "signed-out"],
    [4404, "not-found"],
  ])("does not retry after %i", (code, line) => {
    open();
    FakeSocket.last.drop(code);
    vi.advanceTimersByTime(60_000);
    dispatchEvent(new Event("online"));
    expect(FakeSocket.all).toHaveLength(1);
    expect(lines.at(-1)).toBe(line);
  });

  it("retries slowly when there are too many sockets", () => {
    open();
    FakeSocket.last.drop(4429);
    vi.advanceTimersByTime(10_000);
    expect(FakeSocket.all).toHaveLength(1);
    vi.advanceTimersByTime(5_000);
    expect(FakeSocket.all).toHaveLength(2);
  });

  it("stops for good at the end of the stream, with everything delivered", () => {
    open();
    FakeSocket.last.hello(2).events(1, 2).frame({ t: "end", seq: 2 }).drop(1000);
    expect(got).toEqual([1, 2]);
    vi.advanceTimersByTime(60_000);
    expect(FakeSocket.all).toHaveLength(1);
    expect(lines.at(-1)).toBe("ended");
  });

  it("retries a close with 1000 that no end came before", () => {
    open();
    FakeSocket.last.hello(2).drop(1000);
    vi.advanceTimersByTime(250);
    expect(FakeSocket.all).toHaveLength(2);
  });
});

describe("acknowledging", () => {
  it("is at once after 200 events", () => {
    open();
    FakeSocket.last.hello(200).events(...range(1, 200));
    vi.advanceTimersByTime(16);
    expect(FakeSocket.last.sent).toEqual(['{"ack":200}']);
  });

  it("waits 100 ms for fewer, and says only what was handled", () => {
    open();
    FakeSocket.last.hello(3).events(1, 2, 3);
    vi.advanceTimersByTime(16);
    expect(FakeSocket.last.sent).toEqual([]);
    vi.advanceTimersByTime(100);
    expect(FakeSocket.last.sent).toEqual(['{"ack":3}']);
    vi.advanceTimersByTime(1000);
    expect(FakeSocket.last.sent).toHaveLength(1);
  });
});

it("says how the line is", () => {
  const stream = open();
  FakeSocket.last.hello(0).drop();
  vi.advanceTimersByTime(250);
  FakeSocket.last.hello(0);
  stream.close();
  expect(lines).toEqual(["live", "reconnecting", "live", "closed"]);
});
