import { describe, expect, it } from "vitest";
import type { FileSummary } from "../wire";
import { event } from "./events.testing";
import { closeFile, dropFile, filesFrom, foldFiles, moveOpen, openFile, pathProblem, putFile, replaceFiles, tree } from "./files";

const file = (path: string, more: Partial<FileSummary> = {}): FileSummary => ({
  path, kind: "file", size: 1, version: 1, sha256: "", binary: false, ...more,
});
const start = () => filesFrom("p", [file("src/b.py"), file("Dockerfile"), file("src", { kind: "dir" }), file("a.txt")], null);

describe("the list of files", () => {
  it("opens the Dockerfile first", () => {
    expect(start().active).toBe("Dockerfile");
  });

  it("passes over an older version than the one it knows", () => {
    const view = putFile(start(), file("a.txt", { version: 5 }));
    expect(putFile(view, file("a.txt", { version: 4 }))).toBe(view);
  });

  it("closes the tabs of a folder that went", () => {
    const view = openFile(start(), "src/b.py");
    const after = dropFile(view, "src");
    expect(after.open).toEqual(["Dockerfile"]);
    expect(after.active).toBe("Dockerfile");
    expect(after.files.map((f) => f.path)).toEqual(["Dockerfile", "a.txt"]);
  });

  it("does not take a file for one whose name begins like it", () => {
    const view = filesFrom("p", [file("src/b.py"), file("src2/b.py")], null);
    expect(dropFile(view, "src").files.map((f) => f.path)).toEqual(["src2/b.py"]);
  });

  it("keeps tabs open through a move", () => {
    const view = moveOpen(openFile(start(), "src/b.py"), "src", "lib");
    expect(view.active).toBe("lib/b.py");
    expect(replaceFiles(view, [file("Dockerfile"), file("lib/b.py")], null).open).toEqual(["Dockerfile", "lib/b.py"]);
  });

  it("shows the neighbour when a tab is closed", () => {
    const view = openFile(openFile(start(), "a.txt"), "src/b.py");
    expect(closeFile(view, "src/b.py").active).toBe("a.txt");
    expect(closeFile(closeFile(closeFile(view, "src/b.py"), "a.txt"), "Dockerfile").active).toBeNull();
  });

  it("hears of other tabs' changes, to this project only", () => {
    const put = (project: string) => event(1, "file.put", { project, file: file("new"), tab: "x" });
    expect(foldFiles(start(), put("p")).files.map((f) => f.path)).toContain("new");
    expect(foldFiles(start(), put("q")).files.map((f) => f.path)).not.toContain("new");
  });
});

describe("tree", () => {
  it("puts folders first, and makes those that only a path speaks of", () => {
    const nodes = tree([file("z.txt"), file("deep/er/x"), file("b", { kind: "dir" })]);
    expect(nodes.map((n) => n.path)).toEqual(["b", "deep", "z.txt"]);
    expect(nodes[1]?.children[0]?.children[0]).toMatchObject({ path: "deep/er/x", depth: 2 });
  });
});

describe("pathProblem", () => {
  it.each([
    ["", "name"],
    ["/etc/passwd", "slash"],
    ["a/../b", "“..”"],
    ["a//b", "empty"],
    ["a\u0000b", "character"],
    ["Dockerfile", "there already"],
  ])("refuses %j", (path, word) => {
    expect(pathProblem(path, [file("Dockerfile")])).toContain(word);
  });

  it("takes an ordinary path", () => {
    expect(pathProblem("src/app.py", [])).toBe("");
  });
});
