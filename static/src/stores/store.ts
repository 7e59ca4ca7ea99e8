// A value that can be watched. State only moves through `update`; a reducer that answers the same object wakes nobody.

export class Store<S> {
  #state: S;
  #watchers = new Set<(state: S) => void>();

  constructor(initial: S) {
    this.#state = initial;
  }

  get state(): S {
    return this.#state;
  }

  update(change: (state: S) => S): void {
    const next = change(this.#state);
    if (next === this.#state) return;
    this.#state = next;
    for (const watcher of [...this.#watchers]) watcher(next);
  }

  /** Calls *watcher* now and after each change; answers the way to stop. */
  watch(watcher: (state: S) => void): () => void {
    this.#watchers.add(watcher);
    watcher(this.#state);
    return () => this.#watchers.delete(watcher);
  }
}
