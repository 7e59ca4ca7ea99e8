// The CodeMirror side of <dd-editor>: one view, a state per open file so that undo survives a change of tabs.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { bracketMatching, foldGutter, foldKeymap, indentOnInput, indentUnit } from "@codemirror/language";
import { nextDiagnostic, setDiagnostics, type Diagnostic } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { Annotation, Compartment, EditorState, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  placeholder,
} from "@codemirror/view";
import type { Mark } from "../../stores/build";
import type { Problem } from "../../wire";
import { languageOf } from "../file-kinds";
import { appearance } from "./appearance";
import { load } from "./languages";
import { markGutter, showMarks } from "./marks";
import { setImages } from "./registry-client";

export interface EditorHooks {
  onEdit: (path: string, text: string) => void;
  onProblems: (path: string, problems: Problem[]) => void;
  onBuild: () => void;
  onSave: () => void;
}

const FromOutside = Annotation.define<boolean>();
const DIAGNOSE_MS = 250;

/** Typing over a selection: left to itself, Chromium keeps the old text's colours in a style attribute, which the content
 * policy refuses (loudly, though harmlessly). The same change is made here instead. */
const typeOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    const { data } = event;
    const { from, to, empty } = view.state.selection.main;
    if (event.inputType !== "insertText" || data === null || empty || view.composing) return false;
    event.preventDefault();
    const insert = () => view.state.update(view.state.replaceSelection(data), { userEvent: "input.type", scrollIntoView: true });
    const handled = view.state.facet(EditorView.inputHandler).some((handler) => handler(view, from, to, data, insert));
    if (!handled) view.dispatch(insert());
    return true;
  },
});

export class EditorCore {
  readonly view: EditorView;
  #states = new Map<string, EditorState>();
  #path = "";
  #language = new Compartment();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #diagnose: (text: string) => Problem[] = () => [];

  constructor(
    parent: HTMLElement,
    root: ShadowRoot | Document,
    private readonly hooks: EditorHooks,
  ) {
    this.view = new EditorView({ parent, root, state: EditorState.create({}) });
  }

  show(path: string, text: string): void {
    if (path === this.#path) return this.replace(path, text);
    if (this.#path !== "") this.#states.set(this.#path, this.view.state);
    const kept = this.#states.get(path);
    this.#path = path;
    this.view.setState(kept ?? this.#fresh(path, text));
    if (kept) this.replace(path, text);
    void this.#loadLanguage(path);
  }

  /** The file changed elsewhere: the text is replaced where it differs, and undo can bring mine back. */
  replace(path: string, text: string): void {
    if (path !== this.#path) {
      if (this.#states.get(path)?.doc.toString() !== text) this.#states.delete(path);
      return;
    }
    const now = this.view.state.doc.toString();
    if (now === text) return;
    let start = 0;
    while (start < now.length && now[start] === text[start]) start++;
    let end = 0;
    while (end < Math.min(now.length, text.length) - start && now.at(-1 - end) === text.at(-1 - end)) end++;
    this.view.dispatch({
      changes: { from: start, to: now.length - end, insert: text.slice(start, text.length - end) },
      annotations: FromOutside.of(true),
    });
    this.#check();
  }

  forget(path: string): void {
    this.#states.delete(path);
    if (path === this.#path) this.#path = "";
  }

  images(references: string[]): void {
    setImages(references);
    this.#check();
  }

  problems(problems: Problem[]): void {
    const { doc } = this.view.state;
    const diagnostics = problems.flatMap((p): Diagnostic[] => {
      if (p.line < 1 || p.line > doc.lines) return [];
      const line = doc.line(p.line);
      const from = Math.min(line.from + p.column - 1, line.to);
      const to = Math.min(Math.max(from, line.from + p.end_column - 1), line.to);
      const severity = p.severity === "hint" ? "info" : p.severity;
      return [{ from, to, severity, message: p.fix ? `${p.message} ${p.fix}` : p.message }];
    });
    this.view.dispatch(setDiagnostics(this.view.state, diagnostics));
  }

  marks(marks: Mark[]): void {
    showMarks(this.view, marks);
  }

  goTo(line: number, column = 1): void {
    const { doc } = this.view.state;
    const at = doc.line(Math.min(Math.max(1, line), doc.lines));
    const anchor = Math.min(at.to, at.from + column - 1);
    this.view.dispatch({ selection: { anchor }, effects: EditorView.scrollIntoView(anchor, { y: "center" }) });
    this.view.focus();
  }

  nextProblem(): void {
    this.view.focus();
    nextDiagnostic(this.view);
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.view.destroy();
  }

  #fresh(path: string, doc: string): EditorState {
    const docker = languageOf(path) === "docker";
    const extensions: Extension[] = [
      lineNumbers(),
      docker ? markGutter : foldGutter(),
      highlightActiveLine(),
      highlightActiveLineGutter(),
      history(),
      drawSelection(),
      indentOnInput(),
      indentUnit.of(languageOf(path) === "python" ? "    " : "  "),
      EditorState.tabSize.of(4),
      bracketMatching(),
      closeBrackets(),
      highlightSelectionMatches(),
      autocompletion(),
      placeholder(docker ? "FROM busybox:1.35" : ""),
      keymap.of([
        { key: "Mod-Enter", run: () => (this.hooks.onBuild(), true) },
        { key: "Mod-s", run: () => (this.hooks.onSave(), true), preventDefault: true },
        { key: "F8", run: nextDiagnostic },
        ...closeBracketsKeymap,
        ...completionKeymap,
        ...searchKeymap,
        ...historyKeymap,
        ...foldKeymap,
        ...defaultKeymap,
        indentWithTab,
      ]),
      EditorView.contentAttributes.of({
        "aria-label": `${path}, editor`,
        tabindex: "0",
        "aria-description": "Press Escape, then Tab, to leave the editor.",
        autocapitalize: "off",
        autocorrect: "off",
        spellcheck: "false",
      }),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        this.#check();
        if (!update.transactions.some((t) => t.annotation(FromOutside))) this.hooks.onEdit(path, update.state.doc.toString());
      }),
      typeOver,
      this.#language.of([]),
      appearance,
    ];
    return EditorState.create({ doc, extensions });
  }

  async #loadLanguage(path: string): Promise<void> {
    const support = await load(languageOf(path));
    if (path !== this.#path) return;
    this.#diagnose = support.diagnose;
    this.view.dispatch({ effects: this.#language.reconfigure(support.extension) });
    this.#check(0);
  }

  #check(delay = DIAGNOSE_MS): void {
    clearTimeout(this.#timer);
    const path = this.#path;
    this.#timer = setTimeout(() => {
      if (path === this.#path) this.hooks.onProblems(path, this.#diagnose(this.view.state.doc.toString()));
    }, delay);
  }
}
