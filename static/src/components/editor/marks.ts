// Signs in the gutter: how each instruction fared in the last build. They move with the text and go when
// their line is another than the one that was built.
import { RangeSet, StateEffect, StateField, type Extension, type Text } from "@codemirror/state";
import { gutter, GutterMarker, type EditorView } from "@codemirror/view";
import type { Mark } from "../../stores/build";

const PATHS: Record<Mark["state"], string> = {
  cached: "M7 .8L2.2 7.2h3.2L4.7 12l5.3-6.6H6.6z",
  done: "M2 6.8l2.8 2.8L10.2 3",
  failed: "M2.6 2.6l6.8 6.8M9.4 2.6L2.6 9.4",
  cancelled: "M2.4 6h7.2",
  running: "M6 1.6a4.4 4.4 0 1 1-4.4 4.4",
  waiting: "",
};
const TITLE: Record<Mark["state"], string> = {
  cached: "taken from the cache",
  done: "done",
  failed: "failed here",
  cancelled: "stopped here",
  running: "running",
  waiting: "waits",
};

class Sign extends GutterMarker {
  constructor(private readonly mark: Mark) {
    super();
  }

  override eq(other: Sign): boolean {
    return other.mark.state === this.mark.state && other.mark.label === this.mark.label;
  }

  override toDOM(): Node {
    const element = document.createElement("span");
    element.className = `dd-mark ${this.mark.state}`;
    element.title = `Last build: ${TITLE[this.mark.state]}${this.mark.label ? ` in ${this.mark.label}` : ""}`;
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const shape = { width: "12", height: "12", viewBox: "0 0 12 12", "aria-hidden": "true" };
    for (const [name, value] of Object.entries(shape)) svg.setAttribute(name, value);
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    path.setAttribute("d", PATHS[this.mark.state]);
    const filled = this.mark.state === "cached";
    path.setAttribute("fill", filled ? "currentColor" : "none");
    if (!filled) path.setAttribute("stroke", "currentColor");
    path.setAttribute("stroke-width", "2");
    svg.append(path);
    element.append(svg, this.mark.label);
    return element;
  }
}

const set = StateEffect.define<Mark[]>();

const field = StateField.define<RangeSet<GutterMarker>>({
  create: () => RangeSet.empty,
  update(marks, transaction) {
    const { changes, startState, state } = transaction;
    const line = (doc: Text, at: number): string => doc.lineAt(at).text.trim();
    const same = (at: number): boolean => line(startState.doc, at) === line(state.doc, changes.mapPos(at, -1));
    let next = transaction.docChanged ? marks.update({ filter: same }).map(changes) : marks;
    for (const effect of transaction.effects) {
      if (!effect.is(set)) continue;
      const doc = transaction.state.doc;
      const ranges = effect.value
        .filter((m) => m.line >= 1 && m.line <= doc.lines && m.state !== "waiting")
        .map((m) => new Sign(m).range(doc.line(m.line).from));
      next = RangeSet.of(ranges, true);
    }
    return next;
  },
});

export const markGutter: Extension = [field, gutter({ class: "cm-marks", markers: (view) => view.state.field(field) })];

export function showMarks(view: EditorView, marks: Mark[]): void {
  if (view.state.field(field, false) !== undefined) view.dispatch({ effects: set.of(marks) });
}
