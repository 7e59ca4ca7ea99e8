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
  if (value > 0 && value < 0.05) return "< 0.1 s";
  if (value < 60) return `${value.toFixed(1)} s`;
  const whole = Math.round(value);
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/** A length of time in round numbers: "45 s", "12 min", "1 h 3 min". */
export function length(value: number): string {
  if (value < 60) return `${Math.round(value)} s`;
  const minutes = Math.round(value / 60);
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  return [hours > 0 ? `${hours} h` : "", rest > 0 || hours === 0 ? `${rest} min` : ""].filter(Boolean).join(" ");
}

export function clock(at: string | number | Date): string {
  return new Date(at).toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

/** A day that is not far, with its time: "30 November, 14:05". */
export function moment(at: string | number | Date): string {
  return new Date(at).toLocaleString("en-GB", { day: "numeric", month: "long", hour: "2-digit", minute: "2-digit" }).replace(" at ", ", ");
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

/** The name a project's image gets until one gives another: the project's own, with a number where it is taken. */
export function freeName(project: string, taken: string[]): string {
  const slug = project.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "") || "image";
  for (let n = 1; ; n++) {
    const name = `${n === 1 ? slug : `${slug}-${n}`}:latest`;
    if (!taken.includes(name)) return name;
  }
}

/** What is wrong with an image's name as one types it, or ""; the server has the last word. */
export function imageNameProblem(name: string): string {
  if (name === "") return "Give it a name.";
  if (/[A-Z]/.test(name.replace(/:[^/]*$/, ""))) return `Names of images are in lower case: ${name.toLowerCase()}`;
  if (/\s/.test(name)) return "There is no space in a name; use - instead.";
  return /^[a-z0-9]+([._/-]+[a-z0-9]+)*(:[\w][\w.-]{0,127})?$/.test(name) ? "" : "A name has letters, digits and - . _ and, after a colon, a tag: hello:1.0";
}

/** What a shell would do with *command* and nobody does here, since no shell reads it: "&&", "|", "$HOME"; or "". */
export function shellWord(command: string): string {
  if (/^(\S*\/)?(ba|da|a)?sh\s+-\w*c\b/.test(command.trim())) return "";
  const open = command.replace(/'[^']*'/g, "");
  return /&&|\|\||\$[\w{(][\w]*/.exec(open)?.[0] ?? /[|;<>*`]/.exec(open.replace(/"[^"]*"/g, ""))?.[0] ?? "";
}

/** *command* for a shell to read. */
export function throughShell(command: string): string {
  return `sh -c '${command.trim().replaceAll("'", "'\\''")}'`;
}

/** A command as one types it. */
export function commandText(command: string[]): string {
  return command.map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(" ");
}

/** A step's title as a cell shows it: BuildKit's own prefix is said elsewhere. */
export function shortTitle(title: string): string {
  return title.replace(/^\[[^\]]*\]\s*/, "").replace(/\s+/g, " ");
}
