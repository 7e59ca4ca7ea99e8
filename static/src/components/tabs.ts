// Keys of a row of tabs: arrows, Home and End move and choose, as in every tab list.

export function tabKey(event: KeyboardEvent, ids: string[], chosen: string | null, choose: (id: string) => void): void {
  const at = ids.indexOf(chosen ?? "");
  const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: ids.length - 1 }[event.key];
  if (to === undefined || ids.length === 0) return;
  event.preventDefault();
  const id = ids[(to + ids.length) % ids.length];
  if (id === undefined) return;
  choose(id);
  const list = event.currentTarget as HTMLElement;
  requestAnimationFrame(() => list.querySelector<HTMLElement>('[aria-selected="true"]')?.focus());
}
