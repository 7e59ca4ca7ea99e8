// Watches /health.json only while something is wrong: after a call failed, every 10 s until all is well again.
import type { Health } from "./api";

export class HealthWatch {
  #timer: ReturnType<typeof setTimeout> | undefined;
  #asking = false;

  constructor(
    private readonly ask: () => Promise<Health>,
    private readonly tell: (health: Health | null) => void,
    private readonly every = 10_000,
  ) {}

  /** Something failed: look now, and go on looking until the answer is ok. */
  look = async (): Promise<void> => {
    if (this.#asking) return;
    this.#asking = true;
    clearTimeout(this.#timer);
    let health: Health | null = null;
    try {
      health = await this.ask();
    } catch {
      health = { state: "down", parts: [UNREACHABLE] };
    } finally {
      this.#asking = false;
    }
    this.tell(health.state === "ok" ? null : health);
    if (health.state !== "ok") this.#timer = setTimeout(() => void this.look(), this.every);
  };

  close(): void {
    clearTimeout(this.#timer);
  }
}

const UNREACHABLE = {
  key: "web",
  title: "Drydock",
  state: "down",
  sentence: "Drydock does not answer. Your edits wait in this browser.",
  fix: "It is tried again every ten seconds.",
};
