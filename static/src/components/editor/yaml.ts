// Syntax of YAML, every document of a file. What Kubernetes thinks of the contents is another matter.
import { LineCounter, parseAllDocuments } from "yaml";
import type { Problem } from "../../wire";

export function diagnose(text: string): Problem[] {
  const counter = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: counter, prettyErrors: false });
  if ("empty" in documents) return [];
  return documents.flatMap((document) =>
    [...document.errors, ...document.warnings].map((error): Problem => {
      const from = counter.linePos(error.pos[0]);
      const to = counter.linePos(error.pos[1]);
      return {
        code: error.code,
        severity: error.name === "YAMLWarning" ? "warning" : "error",
        line: from.line,
        column: from.col,
        end_column: to.line === from.line ? Math.max(to.col, from.col + 1) : from.col + 1,
        message: error.message.endsWith(".") ? error.message : `${error.message}.`,
        fix: "",
      };
    }),
  );
}
