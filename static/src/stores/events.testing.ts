// Events for tests: numbered as a stream numbers them.
import type { EventMap, Step } from "../wire";
import type { LogEvent } from "./events";

export const AT = "2026-01-02T10:00:00.000Z";

export function event<T extends keyof EventMap>(s: number, type: T, data: EventMap[T]): LogEvent {
  return { s, type, at: AT, data } as LogEvent;
}

export const step = (id: string, more: Partial<Step> = {}): Step => ({
  id,
  stage: "final",
  kind: "step",
  index: 1,
  total: 1,
  title: `RUN ${id}`,
  line: 1,
  inputs: [],
  ...more,
});
