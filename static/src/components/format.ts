// Numbers and times as people read them.

export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let value = count;
  let unit = "";
  for (unit of units) {
    value /= 1000;
    if (value < 999.5) break;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** Memory as the engine takes it: powers of 1024. */
export function memory(count: number): string {
  const mib = count / 2 ** 20;
  return mib >= 1024 && mib % 1024 === 0 ? `${mib / 1024} GiB` : `${Math.round(mib)} MiB`;
}

export function seconds(value: number): string {
  if (value < 60) return `${value.toFixed(1)} s`;
  const whole = Math.round(value);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

export function clock(at: string | number | Date): string {
  return new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

export function ago(at: string, now = Date.now()): string {
  const past = Math.max(0, (now - Date.parse(at)) / 1000);
  if (past < 45) return "just now";
  const steps: [number, string][] = [
    [60, "minute"],
    [3600, "hour"],
    [86400, "day"],
  ];
  const [size, name] = steps.findLast(([s]) => past >= s * 0.75) ?? [60, "minute"];
  const count = Math.max(1, Math.round(past / size));
  return `${count} ${name}${count === 1 ? "" : "s"} ago`;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** A command as one types it. */
export function commandText(command: string[]): string {
  return command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}

/** A step's title as a cell shows it: BuildKit's own prefix is said elsewhere. */
export function shortTitle(title: string): string {
  return title.replace(/^\[[^\]]*\]\s*/, "").replace(/\s+/g, " ");
}
