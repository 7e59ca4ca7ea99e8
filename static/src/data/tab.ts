// This browser tab's name: it survives a reload and is not shared with a duplicated tab.

const KEY = "drydock:tab";

function fresh(): string {
  const name = crypto.randomUUID().slice(0, 13);
  sessionStorage.setItem(KEY, name);
  return name;
}

/** Holds a lock on the name for as long as the tab lives; a duplicate finds it taken and picks another. */
export async function tabName(): Promise<string> {
  const kept = sessionStorage.getItem(KEY) ?? fresh();
  if (!("locks" in navigator)) return kept;
  const hold = (name: string, wait: number) =>
    new Promise<boolean>((decided) => {
      const giveUp = new AbortController();
      const timer = setTimeout(() => giveUp.abort(), wait);
      navigator.locks
        .request(`drydock-tab-${name}`, { signal: giveUp.signal }, () => {
          clearTimeout(timer);
          decided(true);
          return new Promise(() => undefined);
        })
        .catch(() => decided(false));
    });
  if (await hold(kept, 150)) return kept; // a reload's old page may take a moment to let go
  const name = fresh();
  await hold(name, 150);
  return name;
}
