// The layering of static/src: components never fetch, stores know no DOM, only data/ talks to the network.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";

const ROOT = join(process.cwd(), "static/src");
const files = (folder: string) =>
  readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => ({ name: `${folder}/${name}`, text: readFileSync(join(ROOT, folder, name), "utf8") }));
const imports = (text: string) => [...text.matchAll(/^import (?!type).*?from "(\.[^"]*)"/gms)].map((m) => m[1] ?? "");

describe("layers", () => {
  it.each(["components", "stores", "pages"])("%s do not use the network", (folder) => {
    for (const { name, text } of files(folder)) expect(text, name).not.toMatch(/\bfetch\(|new WebSocket|XMLHttpRequest|EventSource/);
  });

  it("stores know no DOM and nothing above them", () => {
    for (const { name, text } of files("stores")) {
      expect(text, name).not.toMatch(/\b(document|window|localStorage|customElements)\./);
      for (const from of imports(text)) expect(from, name).toMatch(/^\.\/|^\.\.\/wire$/);
    }
  });

  it("components import neither data nor pages", () => {
    for (const { name, text } of files("components")) for (const from of imports(text)) expect(from, name).not.toMatch(/\/(data|pages)\//);
  });

  it("nothing sets a style attribute in a template or runs text as code", () => {
    for (const folder of ["components", "pages"]) {
      for (const { name, text } of files(folder)) expect(text, name).not.toMatch(/\sstyle=|unsafeHTML|\beval\(|new Function/);
    }
  });
});

it("somebody reads every event of the contract", () => {
  const contract = readFileSync(join(ROOT, "wire.ts"), "utf8");
  const map = /interface EventMap \{(.*?)\n\}/s.exec(contract)?.[1] ?? "";
  const events = [...map.matchAll(/"([a-z.]+)":/g)].map((m) => m[1] ?? "");
  const readers = [...files("stores"), ...files("pages")].map((f) => f.text).join("\n");
  expect(events.length).toBeGreaterThan(20);
  for (const name of events) expect(readers, name).toContain(`"${name}"`);
});
