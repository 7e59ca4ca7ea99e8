import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FileSummary } from "../wire";
import { ApiError, Unreachable, type Refusal } from "./errors";
import { ABANDONED_MS, BEAT_MS, LONGEST_MS, PAUSE_MS, SaveQueue, type SaveState } from "./save-queue";

const refusal = (more: Partial<Refusal> = {}): Refusal => ({
  code: "x", message: "no", field: null, line: null, column: null, fix: "", problems: [], ...more,
});
const sha = async (text: string) =>
  [...new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))]
    .map((b) => b.toString(16).padStart(2, "0"))
    .join("");

/** A server with versions, as PUT with If-Match has it. */
class Server {
  files = new Map<string, { text: string; version: number }>();
  saves: string[] = [];
  down: Error | null = null;

  async save(path: string, text: string, base: number | null): Promise<FileSummary> {
    if (this.down) throw this.down;
    const known = this.files.get(path);
    if ((known?.version ?? null) !== base) {
      const theirs = known ? await this.summary(path, known) : undefined;
      throw new ApiError(409, refusal({ code: "conflict", theirs }));
    }
    const now = { text, version: (known?.version ?? 0) + 1 };
    this.files.set(path, now);
    this.saves.push(text);
    return this.summary(path, now);
  }

  async summary(path: string, file: { text: string; version: number }): Promise<FileSummary> {
    return { path, kind: "file", size: file.text.length, version: file.version, sha256: await sha(file.text), binary: false };
  }
}

let server: Server;
let state: SaveState;
let saved: string[];
let adopted: string[];

function queue(tab = "t1"): SaveQueue {
  const [here, said] = [server, saved]; // a save that outlives its test must not reach the next one's
  return new SaveQueue("p", tab, {
    save: (...args) => here.save(...args),
    storage: localStorage,
    onState: (s) => (state = s),
    onSaved: (file, text) => said.push(`${file.path}@${file.version}=${text}`),
    onAdopted: (path, edit) => adopted.push(`${path}=${edit.text}`),
  });
}
const settle = (ms = 0) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  localStorage.clear();
  server = new Server();
  server.files.set("f", { text: "old", version: 1 });
  saved = [];
  adopted = [];
});
afterEach(() => {
  vi.clearAllTimers();
  vi.useRealTimers();
});

describe("saving", () => {
  it("waits for a pause and sends the last text once", async () => {
    const q = queue();
    q.edit("f", "a", 1);
    await settle(PAUSE_MS - 1);
    q.edit("f", "ab", 1);
    expect(state).toEqual({ kind: "saving", count: 1 });
    await settle(PAUSE_MS);
    await vi.waitFor(() => expect(state.kind).toBe("saved"));
    expect(server.saves).toEqual(["ab"]);
    q.close();
  });

  it("does not wait for ever while somebody types on", async () => {
    const q = queue();
    for (let t = 0; t <= LONGEST_MS; t += 300) {
      q.edit("f", `text ${t}`, 1);
      await settle(300);
    }
    expect(server.saves.length).toBeGreaterThanOrEqual(1);
    await q.flush();
    q.close();
  });

  it("goes on from the version its own save made", async () => {
    const q = queue();
    q.edit("f", "one", 1);
    await q.flush();
    q.edit("f", "two", 2);
    expect(await q.flush()).toBe(true);
    expect(saved).toEqual(["f@2=one", "f@3=two"]);
    q.close();
  });

  it("keeps what was typed while a save was under way, on the new version", async () => {
    const q = queue();
    let release = () => undefined as void;
    const slow = server.save.bind(server);
    server.save = async (...args) => {
      await new Promise<void>((r) => (release = r));
      return slow(...args);
    };
    q.edit("f", "one", 1);
    const flushing = q.flush();
    await settle();
    q.edit("f", "two", 1);
    release();
    await flushing;
    expect(q.pending("f")).toEqual({ text: "two", base: 2 });
    server.save = slow;
    await q.flush();
    expect(server.files.get("f")?.text).toBe("two");
    q.close();
  });
});

describe("offline", () => {
  it("keeps edits, counts them, and sends them when somebody answers again", async () => {
    const q = queue();
    server.down = new Unreachable("gone");
    q.edit("f", "a", 1);
    q.edit("g", "b", null);
    await q.flush();
    expect(state).toEqual({ kind: "offline", count: 2 });
    server.down = null;
    dispatchEvent(new Event("online"));
    await settle(10);
    await vi.waitFor(() => expect(state.kind).toBe("saved"));
    expect(server.saves).toEqual(["a", "b"]);
    q.close();
  });

  it("tries again by itself, and treats 503 like no answer", async () => {
    const q = queue();
    server.down = new ApiError(503, refusal());
    q.edit("f", "a", 1);
    await q.flush();
    expect(state.kind).toBe("offline");
    server.down = null;
    await settle(1_000);
    await vi.waitFor(() => expect(server.saves).toEqual(["a"]));
    q.close();
  });

  it("survives a reload of the page", async () => {
    const before = queue();
    server.down = new Unreachable("gone");
    before.edit("f", "typed offline", 1);
    await before.flush();
    before.close();
    server.down = null;
    const after = queue();
    expect(after.restore().get("f")).toEqual({ text: "typed offline", base: 1 });
    await settle(1);
    await vi.waitFor(() => expect(server.files.get("f")?.text).toBe("typed offline"));
    await vi.waitFor(() => expect(localStorage.length).toBe(0));
    after.close();
  });
});

describe("two tabs", () => {
  it("never overwrite each other in silence", async () => {
    const [one, two] = [queue("t1"), queue("t2")];
    one.edit("f", "from one", 1);
    await one.flush();
    two.edit("f", "from two", 1);
    expect(await two.flush()).toBe(false);
    expect(server.files.get("f")?.text).toBe("from one");
    expect(state).toMatchObject({ kind: "conflict", conflict: { path: "f", mine: "from two", theirs: { version: 2 } } });
    one.close();
    two.close();
  });

  it("can keep mine", async () => {
    const q = queue();
    server.files.set("f", { text: "theirs", version: 4 });
    q.edit("f", "mine", 1);
    await q.flush();
    await q.settle("mine");
    expect(server.files.get("f")).toEqual({ text: "mine", version: 5 });
    expect(state.kind).toBe("saved");
    q.close();
  });

  it("can take theirs", async () => {
    const q = queue();
    server.files.set("f", { text: "theirs", version: 4 });
    q.edit("f", "mine", 1);
    await q.flush();
    await q.settle("theirs");
    expect(server.files.get("f")?.text).toBe("theirs");
    expect(q.size).toBe(0);
    q.close();
  });

  it("see no conflict where both wrote the same (an answer that was lost)", async () => {
    const q = queue();
    server.files.set("f", { text: "same", version: 2 });
    q.edit("f", "same", 1);
    expect(await q.flush()).toBe(true);
    expect(saved).toEqual(["f@2=same"]);
    q.close();
  });

  it("leave each other's waiting edits alone until the other is gone", async () => {
    const other = queue("t2");
    server.down = new Unreachable("gone");
    other.edit("f", "of the other tab", 1);
    const mine = queue("t1");
    expect(mine.restore().size).toBe(0);
    mine.close();
    other.close();
    await settle(ABANDONED_MS + 1);
    const later = queue("t3");
    expect([...later.restore().keys()]).toEqual(["f"]);
    later.close();
  });

  it("take up the other's edits at once where it said that it goes", () => {
    const other = queue("t2");
    server.down = new Unreachable("gone");
    other.edit("f", "of the other tab", 1);
    dispatchEvent(new Event("pagehide"));
    other.close();
    const mine = queue("t1");
    expect([...mine.restore().keys()]).toEqual(["f"]);
    mine.close();
  });

  it("take up the edits of one that goes without a word while they are open", async () => {
    const other = queue("t2");
    server.down = new Unreachable("gone");
    other.edit("f", "of the other tab", 1);
    const mine = queue("t1");
    mine.restore();
    other.close();
    server.down = null;
    await settle(ABANDONED_MS + BEAT_MS);
    await vi.waitFor(() => expect(server.saves).toEqual(["of the other tab"]));
    expect(adopted).toEqual(["f=of the other tab"]);
    mine.close();
  });

  it("do not lose the other's edit of a file that they edit too", async () => {
    const other = queue("t2");
    server.down = new Unreachable("gone");
    other.edit("f", "of the other tab", 1);
    dispatchEvent(new Event("pagehide"));
    other.close();
    const before = queue("t1");
    before.edit("f", "mine", 1);
    before.close();
    const mine = queue("t1");
    server.down = null;
    expect(mine.restore().get("f")?.text).toBe("mine");
    expect(await mine.flush()).toBe(true);
    await settle(BEAT_MS);
    await vi.waitFor(() => expect(state).toMatchObject({ kind: "conflict", conflict: { mine: "of the other tab" } }));
    expect(server.saves).toEqual(["mine"]);
    mine.close();
  });
});

it("stops at a refusal, says why, and tries again after the next edit", async () => {
  const q = queue();
  server.down = new ApiError(413, refusal({ message: "too large", fix: "Make it smaller." }));
  q.edit("f", "big", 1);
  expect(await q.flush()).toBe(false);
  expect(state).toMatchObject({ kind: "refused", path: "f", message: "too large", count: 1 });
  server.down = null;
  q.edit("f", "small", 1);
  await settle(PAUSE_MS);
  await vi.waitFor(() => expect(server.saves).toEqual(["small"]));
  q.close();
});

it("takes a waiting edit along when its folder moves", () => {
  const q = queue();
  q.edit("src/a", "x", 1);
  q.rename("src", "lib");
  expect(q.pending("lib/a")?.text).toBe("x");
  q.rename("lib", null);
  expect(q.size).toBe(0);
  q.close();
});
