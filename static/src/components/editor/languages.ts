// Which colouring and which checks a file gets, by its name. Every language is a chunk of its own, loaded on first use.
import { autocompletion } from "@codemirror/autocomplete";
import { StreamLanguage, type StreamParser } from "@codemirror/language";
import type { Extension } from "@codemirror/state";
import type { Problem } from "../../wire";
import type { Language } from "../file-kinds";

export interface LanguageSupport {
  extension: Extension;
  diagnose: (text: string) => Problem[];
}

const none = (): Problem[] => [];
const plain: LanguageSupport = { extension: [], diagnose: none };
const simple = (extension: Extension): LanguageSupport => ({ extension, diagnose: none });
const stream = (parser: StreamParser<unknown>): LanguageSupport => simple(StreamLanguage.define(parser));

const LOADERS = {
  docker: async () => {
    const [{ dockerFile }, docker] = await Promise.all([import("@codemirror/legacy-modes/mode/dockerfile"), import("./docker")]);
    return {
      extension: [StreamLanguage.define(dockerFile), docker.hover, autocompletion({ override: [docker.complete] })],
      diagnose: docker.diagnose,
    };
  },
  yaml: async () => {
    const [{ yaml }, { diagnose }] = await Promise.all([import("@codemirror/lang-yaml"), import("./yaml")]);
    return { extension: yaml(), diagnose };
  },
  json: async () => {
    const { json } = await import("@codemirror/lang-json");
    return { extension: json(), diagnose: diagnoseJson };
  },
  python: async () => simple((await import("@codemirror/lang-python")).python()),
  html: async () => simple((await import("@codemirror/lang-html")).html()),
  css: async () => simple((await import("@codemirror/lang-css")).css()),
  script: async () => simple((await import("@codemirror/lang-javascript")).javascript({ typescript: true })),
  shell: async () => stream((await import("@codemirror/legacy-modes/mode/shell")).shell),
  c: async () => stream((await import("@codemirror/legacy-modes/mode/clike")).c),
  go: async () => stream((await import("@codemirror/legacy-modes/mode/go")).go),
  toml: async () => stream((await import("@codemirror/legacy-modes/mode/toml")).toml),
  text: async () => plain,
} satisfies Record<Language, () => Promise<LanguageSupport>>;

const loaded = new Map<Language, Promise<LanguageSupport>>();

export function load(language: Language): Promise<LanguageSupport> {
  const known = loaded.get(language) ?? LOADERS[language]();
  loaded.set(language, known);
  return known;
}

export function diagnoseJson(text: string): Problem[] {
  if (text.trim() === "") return [];
  try {
    JSON.parse(text);
    return [];
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const at = Number(/position (\d+)/.exec(message)?.[1] ?? text.length);
    const before = text.slice(0, at).split("\n");
    const column = (before.at(-1)?.length ?? 0) + 1;
    const shown = message.replace(/ in JSON at position.*| \(line.*/s, "");
    return [{ code: "json", severity: "error", line: before.length, column, end_column: column + 1, message: `${shown}.`, fix: "" }];
  }
}
