// Where the build graph's cells and wires go: a pure function from steps to coordinates. Columns are stages in the order
// of their lines; wires inside a stage run straight down; arrows between stages run at right angles through lanes.
import type { StepView } from "./build";

export interface Cell {
  id: string;
  view: StepView;
  column: number;
  row: number;
  x: number;
  y: number;
}

export interface Column {
  stage: string;
  x: number;
}

export interface Wire {
  from: string;
  to: string;
  path: string;
  /** Within a stage, or an arrow between two. */
  kind: "wire" | "arrow";
}

export interface Layout {
  columns: Column[];
  cells: Cell[];
  wires: Wire[];
  cellWidth: number;
  width: number;
  height: number;
}

export const CELL_H = 34;
const ROW_GAP = 8;
const TOP = 26;
const GUTTER = 40;
const LANE = 9;
const MIN_CELL = 178;
/** On a phone the graph scrolls anyway, so its cells may as well be readable. */
const MIN_CELL_NARROW = 232;
const NARROW = 520;
const MAX_CELL = 420;
const PITCH = CELL_H + ROW_GAP;

interface Place {
  column: number;
  row: number;
  view: StepView;
}

interface Jump {
  from: string;
  to: string;
  a: Place;
  b: Place;
}

/** Steps that get a cell: the numbered ones, the export as the last cell of the last stage, and what failed early. */
function shown(steps: StepView[]): { stage: string; view: StepView }[] {
  const numbered = steps.filter((s) => s.step.kind === "step");
  const stages = stageOrder(numbered);
  const inner = steps
    .filter((s) => s.step.kind === "internal" && s.state === "failed")
    .map((view) => ({ stage: "before the build", view }));
  const exports = steps
    .filter((s) => s.step.kind === "export")
    .map((view) => ({ stage: stages.at(-1) ?? "image", view }));
  return [...inner, ...stages.flatMap((stage) => numbered.filter((s) => s.step.stage === stage).sort(byPlace).map((view) => ({ stage, view }))), ...exports];
}

const byPlace = (a: StepView, b: StepView): number => a.step.index - b.step.index;

function stageOrder(steps: StepView[]): string[] {
  const first = new Map<string, number>();
  steps.forEach((s, i) => {
    const at = s.step.line ?? 1e6 + i;
    first.set(s.step.stage, Math.min(first.get(s.step.stage) ?? Infinity, at));
  });
  return [...first].sort((a, b) => a[1] - b[1]).map(([stage]) => stage);
}

export function layout(steps: StepView[], available: number): Layout {
  const entries = shown(steps);
  const stages = [...new Set(entries.map((e) => e.stage))];
  const rows = stages.map(() => 0);
  const places = new Map<string, Place>();
  for (const { stage, view } of entries) {
    const column = stages.indexOf(stage);
    places.set(view.step.id, { column, row: rows[column] ?? 0, view });
    rows[column] = (rows[column] ?? 0) + 1;
  }
  const jumps = findJumps(places, steps);
  const lanes = assignLanes(jumps, stages.length);
  const gutters = lanes.map((l) => Math.max(GUTTER, 22 + l.length * LANE));
  const gutterSum = gutters.slice(1, stages.length).reduce((a, b) => a + b, 0);
  const left = (lanes[0]?.length ?? 0) > 0 ? 16 + (lanes[0]?.length ?? 0) * LANE : 0;
  const room = (available - gutterSum - left - 2) / Math.max(1, stages.length);
  const cellWidth = Math.floor(Math.min(MAX_CELL, Math.max(available < NARROW ? Math.min(MIN_CELL_NARROW, available - 2) : MIN_CELL, room)));
  const xs: number[] = [];
  stages.forEach((_, i) => xs.push(i === 0 ? left + 1 : (xs[i - 1] ?? 0) + cellWidth + (gutters[i] ?? GUTTER)));
  const buses = [...new Set(jumps.filter((j) => !adjacent(j)).map((j) => j.from))];
  // the export is announced last: its room is kept from the start, so that nothing below moves when it comes
  const awaited = rows.length > 0 && !steps.some((s) => s.step.kind === "export") ? 1 : 0;
  const bottom = TOP + Math.max(0, ...rows.slice(0, -1), (rows.at(-1) ?? 0) + awaited) * PITCH;
  const geometry: Geometry = {
    right: (p) => (xs[p.column] ?? 0) + cellWidth,
    left: (p) => xs[p.column] ?? 0,
    middle: (p) => TOP + p.row * PITCH + CELL_H / 2,
    lane: (gutter, source) => {
      const offset = 14 + Math.max(0, lanes[gutter]?.indexOf(source) ?? 0) * LANE;
      const x = xs[gutter];
      return x === undefined ? (xs.at(-1) ?? 0) + cellWidth + offset : x - offset;
    },
    bus: (source) => bottom + 2 + buses.indexOf(source) * LANE,
  };
  return {
    columns: stages.map((stage, i) => ({ stage, x: xs[i] ?? 0 })),
    cells: [...places].map(([id, p]) => ({ id, view: p.view, column: p.column, row: p.row, x: xs[p.column] ?? 0, y: TOP + p.row * PITCH })),
    wires: [...straight(places, geometry), ...jumps.map((j) => arrow(j, jumps, geometry))],
    cellWidth,
    width: stages.length === 0 ? 0 : (xs.at(-1) ?? 0) + cellWidth + 1 + (lanes[stages.length]?.length ? 14 + (lanes[stages.length]?.length ?? 0) * LANE : 0),
    height: bottom + (buses.length > 0 ? buses.length * LANE + 4 : -ROW_GAP + 2),
  };
}

interface Geometry {
  right: (p: Place) => number;
  left: (p: Place) => number;
  middle: (p: Place) => number;
  lane: (gutter: number, source: string) => number;
  bus: (source: string) => number;
}

const adjacent = (jump: Jump): boolean => jump.b.column === jump.a.column + 1;

function findJumps(places: Map<string, Place>, steps: StepView[]): Jump[] {
  const jumps: Jump[] = [];
  for (const { step } of steps) {
    const b = places.get(step.id);
    if (!b || step.kind === "export") continue;
    for (const input of step.inputs) {
      const a = places.get(input);
      if (a && a.column !== b.column) jumps.push({ from: input, to: step.id, a, b });
    }
  }
  return jumps;
}

/** Which sources use each gutter; gutter i lies left of column i. A source has one lane per gutter, so its arrows share it. */
function assignLanes(jumps: Jump[], columns: number): string[][] {
  const lanes: string[][] = Array.from({ length: columns + 1 }, () => []);
  const use = (gutter: number, source: string): void => {
    const lane = lanes[gutter];
    if (lane && !lane.includes(source)) lane.push(source);
  };
  for (const jump of jumps) {
    use(jump.b.column, jump.from);
    if (!adjacent(jump)) use(jump.a.column + 1, jump.from);
  }
  return lanes;
}

function straight(places: Map<string, Place>, g: Geometry): Wire[] {
  const byColumn = new Map<number, [string, Place][]>();
  for (const entry of places) byColumn.set(entry[1].column, [...(byColumn.get(entry[1].column) ?? []), entry]);
  const wires: Wire[] = [];
  for (const column of byColumn.values()) {
    column.slice(1).forEach(([to, place], i) => {
      const from = column[i]?.[0] ?? "";
      const y = g.middle(place) - CELL_H / 2;
      wires.push({ from, to, kind: "wire", path: `M${g.left(place) + 19} ${y - ROW_GAP}V${y}` });
    });
  }
  return wires;
}

function arrow(jump: Jump, all: Jump[], g: Geometry): Wire {
  const { a, b, from, to } = jump;
  const entering = all.filter((j) => j.to === to);
  const shift = (entering.indexOf(jump) - (entering.length - 1) / 2) * 8;
  const [x1, y1, x2, y2] = [g.right(a), g.middle(a), g.left(b) - 2, g.middle(b) + shift];
  const inLane = g.lane(b.column, from);
  const path = adjacent(jump)
    ? y1 === y2
      ? `M${x1} ${y1}H${x2}`
      : `M${x1} ${y1}H${inLane}V${y2}H${x2}`
    : `M${x1} ${y1}H${g.lane(a.column + 1, from)}V${g.bus(from)}H${inLane}V${y2}H${x2}`;
  return { from, to, kind: "arrow", path };
}
