import { describe, expect, it } from "vitest";
import { LogBook, type LogLine } from "./log";

const lines = (count: number, source = "a", from = 0): LogLine[] =>
  Array.from({ length: count }, (_, i) => ({ source, seconds: 0, stream: "stdout", text: String(from + i) }));

describe("LogBook", () => {
  it("gives a reader what is new since its cursor", () => {
    const book = new LogBook();
    book.append(lines(3));
    const cursor = book.end;
    book.append(lines(2, "a", 3));
    expect(book.since(cursor).map((l) => l.text)).toEqual(["3", "4"]);
  });

  it("drops the oldest and keeps cursors true", () => {
    const book = new LogBook(100);
    book.append(lines(90));
    const cursor = book.end;
    book.append(lines(90, "a", 90));
    expect(book.length).toBe(100);
    expect(book.dropped).toBe(80);
    expect(book.since(cursor).map((l) => l.text)[0]).toBe("90");
    expect(book.since(0)[0]?.text).toBe("80");
  });

  it("filters by source", () => {
    const book = new LogBook();
    book.append([...lines(2, "a"), ...lines(1, "b")]);
    expect(book.since(0, "b")).toHaveLength(1);
  });

  it("tells readers to start again after a clear", () => {
    const book = new LogBook();
    book.append(lines(2));
    book.clear();
    expect([book.end, book.epoch]).toEqual([0, 1]);
  });
});
