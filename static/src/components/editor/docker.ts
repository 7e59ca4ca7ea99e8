// Dockerfile help in the browser: diagnostics, completion and hover, from dockerfile-language-service and two checks of our
// own that it lacks (an unknown stage in --from, single quotes in a JSON array).
import "./node-buffer";
import { snippet, type Completion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import type { Text } from "@codemirror/state";
import { hoverTooltip } from "@codemirror/view";
import { Copy, DockerfileParser } from "dockerfile-ast";
import { DockerfileLanguageServiceFactory } from "dockerfile-language-service";
import type { Problem } from "../../wire";
import { knownImages } from "./registry-client";

const service = DockerfileLanguageServiceFactory.createLanguageService();
service.setCapabilities({
  completion: { completionItem: { snippetSupport: true, documentationFormat: ["plaintext"], deprecatedSupport: false } },
  hover: { contentFormat: ["plaintext"] },
});

const position = (doc: Text, offset: number) => {
  const line = doc.lineAt(offset);
  return { line: line.number - 1, character: offset - line.from };
};

export function diagnose(text: string): Problem[] {
  if (text.trim() === "") return [];
  const found = service.validate(text).map(
    (d): Problem => ({
      code: String(d.code ?? ""),
      severity: d.severity === 1 ? "error" : "warning",
      line: d.range.start.line + 1,
      column: d.range.start.character + 1,
      end_column: d.range.end.line === d.range.start.line ? d.range.end.character + 1 : d.range.start.character + 2,
      message: d.message.endsWith(".") ? d.message : `${d.message}.`,
      fix: "",
    }),
  );
  return [...found, ...unknownStages(text), ...singleQuotes(text)].sort((a, b) => a.line - b.line || a.column - b.column);
}

function unknownStages(text: string): Problem[] {
  const file = DockerfileParser.parse(text);
  const stages = file.getFROMs().map((from) => ({ name: from.getBuildStage()?.toLowerCase(), line: from.getRange().start.line }));
  return file.getInstructions().flatMap((instruction): Problem[] => {
    if (!(instruction instanceof Copy)) return [];
    const flag = instruction.getFlags().find((f) => f.getName() === "from");
    const value = flag?.getValue();
    const range = flag?.getValueRange();
    if (!value || !range || /[$:/]/.test(value) || knownImages().some((i) => i === value || i.startsWith(`${value}:`))) return [];
    const line = instruction.getRange().start.line;
    const before = stages.filter((s) => s.line < line).slice(0, -1);
    const known = before.some((s, i) => s.name === value.toLowerCase() || String(i) === value);
    if (known) return [];
    const names = before.map((s) => s.name).filter((n) => n !== undefined);
    return [
      {
        code: "unknown-stage",
        severity: "error",
        line: range.start.line + 1,
        column: range.start.character + 1,
        end_column: range.end.character + 1,
        message: `No stage before this one is called “${value}”.`,
        fix: names.length > 0 ? `Stages so far: ${names.join(", ")}.` : "Name a stage with FROM … AS name.",
      },
    ];
  });
}

function singleQuotes(text: string): Problem[] {
  return text.split(/\r?\n/).flatMap((line, i): Problem[] => {
    const match = /^\s*(?:CMD|ENTRYPOINT|SHELL|RUN)\s+(\[\s*'[^\]]*\])\s*$/i.exec(line);
    if (!match?.[1]) return [];
    const column = line.indexOf(match[1]) + 1;
    return [
      {
        code: "single-quotes",
        severity: "warning",
        line: i + 1,
        column,
        end_column: column + match[1].length,
        message: "A list of words needs double quotes; with single ones the shell gets it as text.",
        fix: match[1].replaceAll("'", '"'),
      },
    ];
  });
}

/** After FROM: the images of this site and the stages so far. */
function images(context: CompletionContext): CompletionResult | null {
  const match = context.matchBefore(/^\s*FROM\s+(?:--platform=\S+\s+)?[\w./:-]*/i);
  if (!match) return null;
  const typed = /[\w./:-]*$/.exec(match.text)?.[0] ?? "";
  const stages = [...context.state.sliceDoc(0, match.from).matchAll(/^\s*FROM\s.*\sAS\s+(\S+)/gim)].map((m) => m[1] ?? "");
  const options: Completion[] = [
    ...knownImages().map((label) => ({ label, type: "class", detail: "base image" })),
    ...stages.map((label) => ({ label, type: "variable", detail: "stage" })),
  ];
  return { from: context.pos - typed.length, options, validFor: /^[\w./:-]*$/ };
}

interface ServiceItem {
  label: string;
  detail?: string;
  insertText?: string;
  textEdit?: { newText: string };
  documentation?: string | { value: string };
}

export async function complete(context: CompletionContext): Promise<CompletionResult | null> {
  const base = images(context);
  if (base) return base;
  const word = context.matchBefore(/[\w$-]*/);
  if (!word || (!context.explicit && word.from === word.to)) return null;
  const doc = context.state.doc;
  const items = (await service.computeCompletionItems(doc.toString(), position(doc, context.pos))) as ServiceItem[];
  if (items.length === 0) return null;
  return { from: word.from, validFor: /^[\w-]*$/, options: items.map(option) };
}

function option(item: ServiceItem): Completion {
  const full = service.resolveCompletionItem(item as never) as ServiceItem;
  const documentation = typeof full.documentation === "string" ? full.documentation : full.documentation?.value;
  const text = (item.textEdit?.newText ?? item.insertText ?? item.label).replace(/\$(\d+)/g, "${$1}");
  return {
    label: item.label,
    type: "keyword",
    apply: snippet(text),
    ...(item.detail ? { detail: item.detail } : {}),
    ...(documentation ? { info: documentation } : {}),
  };
}

export const hover = hoverTooltip((view, at) => {
  const found = service.computeHover(view.state.doc.toString(), position(view.state.doc, at));
  const contents = found?.contents as string | { value: string } | undefined;
  const text = typeof contents === "string" ? contents : contents?.value;
  if (!text) return null;
  return {
    pos: at,
    create() {
      const dom = document.createElement("div");
      dom.className = "cm-doc";
      dom.textContent = text;
      return { dom };
    },
  };
});
