// The editor's looks, from the page's custom properties: one theme for light and dark.
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language";
import { EditorView } from "@codemirror/view";
import { tags as t } from "@lezer/highlight";

const highlight = HighlightStyle.define([
  { tag: [t.keyword, t.controlKeyword, t.modifier, t.operatorKeyword], color: "var(--syn-keyword)" },
  { tag: [t.string, t.special(t.string), t.regexp, t.attributeValue], color: "var(--syn-string)" },
  { tag: [t.comment, t.meta], color: "var(--syn-comment)" },
  { tag: [t.number, t.bool, t.null, t.atom, t.unit, t.color], color: "var(--syn-number)" },
  { tag: [t.propertyName, t.definition(t.variableName), t.function(t.variableName), t.attributeName, t.labelName], color: "var(--syn-name)" },
  { tag: [t.typeName, t.className, t.tagName, t.namespace, t.standard(t.variableName)], color: "var(--syn-type)" },
  { tag: t.heading, fontWeight: "700" },
  { tag: t.emphasis, fontStyle: "italic" },
  { tag: t.strong, fontWeight: "700" },
  { tag: t.invalid, color: "var(--danger)" },
]);

const theme = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--card)", color: "var(--ink)", fontSize: "13px" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--mono)", fontVariantLigatures: "none", lineHeight: "1.5", overflow: "auto" },
  ".cm-content": { caretColor: "var(--ink)", padding: "8px 0" },
  "&.cm-focused .cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
  "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "light-dark(#c9d8fb, #2b4380)",
  },
  ".cm-gutters": { backgroundColor: "var(--card)", color: "var(--muted)", borderRight: "1px solid var(--line)" },
  ".cm-lineNumbers .cm-gutterElement": { padding: "0 8px 0 10px", minWidth: "34px" },
  ".cm-activeLine": { backgroundColor: "light-dark(rgb(35 72 199 / 0.05), rgb(143 178 255 / 0.06))" },
  ".cm-activeLineGutter": { backgroundColor: "var(--accent-soft)", color: "var(--ink)" },
  ".cm-marks": { width: "54px" },
  ".cm-marks .cm-gutterElement": { padding: "0 0 0 6px" },
  ".dd-mark": { display: "flex", alignItems: "center", gap: "3px", height: "19.5px", font: "600 10px/19.5px var(--sans)", fontVariantNumeric: "tabular-nums", color: "var(--muted)" },
  ".dd-mark svg": { flex: "none" },
  ".dd-mark.cached": { color: "var(--accent)" },
  ".dd-mark.done": { color: "var(--ok)" },
  ".dd-mark.failed, .dd-mark.cancelled": { color: "var(--danger)" },
  ".dd-mark.running": { color: "var(--accent)" },
  ".dd-flash": { backgroundColor: "var(--warn-soft)" },
  ".cm-tooltip": { backgroundColor: "var(--card)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: "10px", boxShadow: "var(--lift)", font: "13px/1.5 var(--sans)", overflow: "hidden" },
  ".cm-doc": { padding: "10px 12px", maxWidth: "440px", whiteSpace: "pre-wrap" },
  ".cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "12.5px", maxHeight: "15em" },
  ".cm-tooltip-autocomplete > ul > li": { padding: "4px 10px" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--button)", color: "#fff" },
  ".cm-completionDetail": { color: "inherit", opacity: "0.8", fontStyle: "normal", marginLeft: "10px" },
  ".cm-completionInfo": { padding: "10px 12px", maxWidth: "340px", whiteSpace: "pre-wrap" },
  ".cm-diagnostic": { padding: "7px 12px", borderLeft: "4px solid var(--warn)" },
  ".cm-diagnostic-error": { borderLeftColor: "var(--danger)" },
  ".cm-panels": { backgroundColor: "var(--page)", color: "var(--ink)", borderTop: "1px solid var(--line)", font: "13px var(--sans)" },
  ".cm-panels input, .cm-panels button": { font: "inherit", color: "inherit", backgroundColor: "var(--card)", backgroundImage: "none", border: "1px solid var(--field)", borderRadius: "7px", padding: "3px 8px" },
  ".cm-searchMatch": { backgroundColor: "light-dark(#ffe9a8, #5c4a12)" },
  ".cm-searchMatch-selected": { backgroundColor: "light-dark(#ffc94d, #8a6d12)" },
  ".cm-matchingBracket": { backgroundColor: "var(--accent-soft)", outline: "1px solid var(--wire)" },
  ".cm-foldPlaceholder": { backgroundColor: "var(--track)", border: "0", color: "var(--muted)", padding: "0 6px" },
  ".cm-placeholder": { color: "var(--muted)" },
});

export const appearance = [theme, syntaxHighlighting(highlight)];
