// One event of a stream as reducers see it: a union over the closed contract, so `switch (event.type)` narrows `data`.
import type { EventMap } from "../wire";

export type LogEvent = {
  [T in keyof EventMap]: { s: number; type: T; at: string; data: EventMap[T] };
}[keyof EventMap];
