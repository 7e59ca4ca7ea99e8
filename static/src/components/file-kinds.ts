// What a file is by its name: which colouring it gets, and whether it can be built.

export type Language =
  | "docker" | "yaml" | "json" | "python" | "html" | "css" | "script" | "shell" | "c" | "go" | "toml" | "text";

const BY_EXTENSION: Record<string, Language> = {
  yaml: "yaml",
  yml: "yaml",
  json: "json",
  py: "python",
  html: "html",
  htm: "html",
  svg: "html",
  xml: "html",
  css: "css",
  js: "script",
  mjs: "script",
  ts: "script",
  sh: "shell",
  bash: "shell",
  c: "c",
  h: "c",
  go: "go",
  toml: "toml",
};

export function languageOf(path: string): Language {
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (/^(Dockerfile|Containerfile)(\..+)?$|\.dockerfile$/i.test(name) && !/ignore$/i.test(name)) return "docker";
  const dot = name.lastIndexOf(".");
  return dot < 0 ? "text" : (BY_EXTENSION[name.slice(dot + 1).toLowerCase()] ?? "text");
}
