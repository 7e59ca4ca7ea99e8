// Terminal colours as classes (a style attribute would break the content policy): SGR only, everything else is dropped.
// A carriage return inside a line means that the rest was written over it, as progress bars do.

export interface Span {
  text: string;
  /** Space separated: fg0…fg15, bg0…bg15, b, i, u, d, v. */
  cls: string;
}

interface Pen {
  fg: number | null;
  bg: number | null;
  flags: Set<string>;
}

// CSI … final byte, OSC … BEL or ST, two-character escapes
const ESCAPE = /\u001b(?:\[([0-9;:?<=>]*)[ -/]*([@-~])|\][^\u0007\u001b]*(?:\u0007|\u001b\\)|[@-Z\\^_])/g;
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f]/g;
const FLAGS: Record<number, string> = { 1: "b", 2: "d", 3: "i", 4: "u", 7: "v" };
const UNFLAG: Record<number, string[]> = { 22: ["b", "d"], 23: ["i"], 24: ["u"], 27: ["v"] };

export function parseAnsi(line: string): Span[] {
  const text = overwritten(line);
  if (!text.includes("\u001b")) return [{ text: text.replace(CONTROL, ""), cls: "" }];
  const spans: Span[] = [];
  let pen: Pen = { fg: null, bg: null, flags: new Set() };
  let from = 0;
  const put = (part: string): void => {
    const clean = part.replace(CONTROL, "");
    if (clean !== "") spans.push({ text: clean, cls: classes(pen) });
  };
  for (const match of text.matchAll(ESCAPE)) {
    put(text.slice(from, match.index));
    from = match.index + match[0].length;
    if (match[2] === "m") pen = draw(pen, match[1] ?? "");
  }
  put(text.slice(from));
  return spans.length > 0 ? spans : [{ text: "", cls: "" }];
}

/** The same line without any escape: for copying and searching. */
export function plain(line: string): string {
  return overwritten(line).replace(ESCAPE, "").replace(CONTROL, "");
}

function overwritten(line: string): string {
  const trimmed = line.endsWith("\r") ? line.slice(0, -1) : line;
  return trimmed.slice(trimmed.lastIndexOf("\r") + 1);
}

function classes(pen: Pen): string {
  const names = [...pen.flags];
  if (pen.fg !== null) names.push(`fg${pen.fg}`);
  if (pen.bg !== null) names.push(`bg${pen.bg}`);
  return names.join(" ");
}

function draw(before: Pen, parameters: string): Pen {
  const pen: Pen = { ...before, flags: new Set(before.flags) };
  const codes = parameters.split(/[;:]/).map(Number);
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0;
    if (code === 0) Object.assign(pen, { fg: null, bg: null, flags: new Set() });
    else if (FLAGS[code]) pen.flags.add(FLAGS[code]);
    else if (UNFLAG[code]) for (const flag of UNFLAG[code]) pen.flags.delete(flag);
    else if (code >= 30 && code <= 37) pen.fg = code - 30;
    else if (code >= 90 && code <= 97) pen.fg = code - 82;
    else if (code === 39) pen.fg = null;
    else if (code >= 40 && code <= 47) pen.bg = code - 40;
    else if (code >= 100 && code <= 107) pen.bg = code - 92;
    else if (code === 49) pen.bg = null;
    else if (code === 38 || code === 48) {
      const [colour, used] = extended(codes.slice(i + 1));
      if (code === 38) pen.fg = colour;
      else pen.bg = colour;
      i += used;
    }
  }
  return pen;
}

/** 256 colours and true colour, brought down to the nearest of our sixteen. */
function extended([mode, a = 0, b = 0, c = 0]: number[]): [number | null, number] {
  if (mode === 2) return [nearest(a, b, c), 4];
  if (mode !== 5) return [null, 1];
  if (a < 16) return [a, 2];
  if (a >= 232) return [a < 238 ? 8 : a < 247 ? 7 : 15, 2];
  const cube = a - 16;
  const level = (n: number): number => n * 51;
  return [nearest(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6)), 2];
}

function nearest(r: number, g: number, b: number): number {
  const top = Math.max(r, g, b);
  if (top < 64) return 8;
  const bit = (n: number): number => (n > top / 2 ? 1 : 0);
  return bit(r) + 2 * bit(g) + 4 * bit(b) + (top > 170 ? 8 : 0);
}
