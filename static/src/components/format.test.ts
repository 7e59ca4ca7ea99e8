import { describe, expect, it } from "vitest";
import { ago, bytes, commandText, freeName, imageNameProblem, length, memory, moment, plural, seconds, shellWord, shortTitle, throughShell } from "./format";

describe("format", () => {
  it.each([[0, "0 B"], [999, "999 B"], [1000, "1.0 kB"], [12_345, "12 kB"], [4_270_000, "4.3 MB"], [999_900_000, "1.0 GB"]])("bytes(%i) is %s", (n, text) => {
    expect(bytes(n)).toBe(text);
  });

  it("says memory as the engine counts it", () => {
    expect([memory(128 * 2 ** 20), memory(2 ** 30)]).toEqual(["128 MiB", "1 GiB"]);
  });

  it("says times", () => {
    expect([seconds(0), seconds(0.04), seconds(59.94), seconds(61.2)]).toEqual(["0.0 s", "< 0.1 s", "59.9 s", "1 min 01 s"]);
  });

  it("says how long ago", () => {
    const now = Date.parse("2026-01-02T12:00:00Z");
    const at = (s: number) => ago(new Date(now - s * 1000).toISOString(), now);
    expect([at(3), at(-50), at(60), at(3600), at(86_400 * 3)]).toEqual(["just now", "just now", "1 minute ago", "1 hour ago", "3 days ago"]);
  });

  it("quotes a command only where it must", () => {
    expect(commandText(["sh", "-c", "echo 'hi'"])).toBe(`sh -c 'echo '\\''hi'\\'''`);
  });

  it("counts", () => {
    expect([plural(1, "file"), plural(2, "file"), plural(2, "entry", "entries")]).toEqual(["1 file", "2 files", "2 entries"]);
  });

  it("finds a name that no other project's image has", () => {
    expect([freeName("My first image", []), freeName("My first image", ["my-first-image:latest"]), freeName("…", [])]).toEqual([
      "my-first-image:latest",
      "my-first-image-2:latest",
      "image:latest",
    ]);
  });

  it.each([
    ["", "Give it a name."],
    ["Hello:1", "hello:1"],
    ["a b", "no space"],
    ["hello:", "after a colon, a tag"],
    ["-a", "letters, digits"],
    ["hello:V1.0", ""],
    ["team/hello_x:1-rc.2", ""],
  ])("says of the image name %j: %s", (name, said) => {
    expect(imageNameProblem(name)).toContain(said);
    if (said === "") expect(imageNameProblem(name)).toBe("");
  });

  it.each([
    ["ls -l /", ""],
    ["cat a && ls", "&&"],
    ["cat a | wc", "|"],
    ["echo $HOME", "$HOME"],
    ["echo '$HOME' 'a && b'", ""],
    ['grep "a|b" f', ""],
    ["sh -c 'a && b'", ""],
    ["/bin/bash -ec a;b", ""],
    ["ls *.txt", "*"],
  ])("knows what a shell would read in %j", (command, word) => {
    expect(shellWord(command)).toBe(word);
  });

  it("puts a command through a shell", () => {
    expect(throughShell(" echo 'hi' && ls ")).toBe(`sh -c 'echo '\\''hi'\\'' && ls'`);
  });

  it("cuts BuildKit's prefix", () => {
    expect(shortTitle("[build 3/4]  RUN   make")).toBe("RUN make");
  });
});

it("writes lengths of time in round numbers", () => {
  expect([0, 45, 60, 3599, 3600, 3780, 43200].map(length)).toEqual(["0 s", "45 s", "1 min", "1 h", "1 h", "1 h 3 min", "12 h"]);
});

it("writes a moment with its day", () => {
  expect(moment("2026-11-30T09:05:00")).toBe("30 November, 09:05");
});
