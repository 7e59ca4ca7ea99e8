import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Health } from "./api";
import { HealthWatch } from "./health";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it("asks while something is wrong, then leaves the server alone", async () => {
  const answers: (Health | Error)[] = [{ state: "down", parts: [] }, new Error("gone"), { state: "ok", parts: [] }];
  const told: (string | null)[] = [];
  const ask = vi.fn(async () => {
    const next = answers.shift();
    if (!next || next instanceof Error) throw next;
    return next;
  });
  const watch = new HealthWatch(ask, (h) => told.push(h?.state ?? null), 1000);
  await watch.look();
  await vi.advanceTimersByTimeAsync(2000);
  expect(told).toEqual(["down", "down", null]);
  await vi.advanceTimersByTimeAsync(60_000);
  expect(ask).toHaveBeenCalledTimes(3);
});
