import { CompletionContext } from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { beforeEach, describe, expect, it } from "vitest";
import { languageOf } from "../file-kinds";
import { complete, diagnose } from "./docker";
import { diagnoseJson } from "./languages";
import { DockerRegistryClient, setImages } from "./registry-client";
import { diagnose as diagnoseYaml } from "./yaml";

const BASE = ["busybox:1.35", "python:3.11-slim", "python:3.12-slim"];
beforeEach(() => setImages(BASE));
const ask = async (text: string) => {
  const state = EditorState.create({ doc: text });
  return complete(new CompletionContext(state, text.length, true));
};

describe("diagnose", () => {
  it("finds nothing wrong with a good file", () => {
    expect(diagnose("FROM busybox:1.35\nRUN true\n")).toEqual([]);
  });

  it("places a misspelt instruction", () => {
    expect(diagnose("FROM busybox:1.35\nRUNN true\n")[0]).toMatchObject({ severity: "error", line: 2, column: 1, end_column: 5 });
  });

  it("finds a stage that is not there, and names those that are", () => {
    const [problem] = diagnose("FROM busybox:1.35 AS build\nRUN true\nFROM busybox:1.35\nCOPY --from=buidl /a /a\n");
    expect(problem).toMatchObject({ code: "unknown-stage", line: 4, column: 13, fix: "Stages so far: build." });
  });

  it("allows stages, their numbers, images and variables", () => {
    const text = "ARG X\nFROM busybox:1.35 AS a\nFROM busybox:1.35\nCOPY --from=a /a /b\nCOPY --from=0 /a /b\nCOPY --from=busybox:1.35 /a /b\n";
    expect(diagnose(text).filter((p) => p.code === "unknown-stage")).toEqual([]);
  });

  it("finds single quotes in a list of words", () => {
    expect(diagnose("FROM busybox:1.35\nCMD ['a', 'b']\n").find((p) => p.code === "single-quotes")).toMatchObject({ line: 2, fix: '["a", "b"]' });
  });
});

describe("complete", () => {
  it("offers instructions", async () => {
    expect((await ask("FROM busybox:1.35\nWORK"))?.options[0]).toMatchObject({ label: expect.stringContaining("WORKDIR"), type: "keyword" });
  });

  it("offers this site's images and the stages after FROM", async () => {
    const found = await ask("FROM busybox:1.35 AS build\nFROM ");
    expect(found?.options.map((o) => o.label)).toEqual([...BASE, "build"]);
  });
});

it("answers the service's question for tags from our own images", async () => {
  expect(await new DockerRegistryClient().getTags("python", "3.12")).toEqual(["3.12-slim"]);
});

it("knows files by their names", () => {
  expect(["Dockerfile", "web/Dockerfile.dev", "a.dockerfile", "Dockerfile.dockerignore", "x.YML", "run.sh", "a.c", "notes"].map(languageOf)).toEqual([
    "docker", "docker", "docker", "text", "yaml", "shell", "c", "text",
  ]);
});

it("checks the syntax of YAML, document by document", () => {
  expect(diagnoseYaml("a: 1\n---\nb: [1, 2\n")[0]).toMatchObject({ severity: "error", line: expect.any(Number) });
  expect(diagnoseYaml("a: 1\n---\nb: 2\n")).toEqual([]);
});

it("checks the syntax of JSON", () => {
  expect(diagnoseJson('{"a": 1,\n "b": }')).toMatchObject([{ severity: "error", line: 2 }]);
  expect(diagnoseJson('{"a": 1}')).toEqual([]);
});
