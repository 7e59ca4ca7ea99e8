import { describe, expect, it } from "vitest";
import { marks } from "./build";
import { instructions, marksThatFit, plan, targets } from "./plan";

const MULTI = `# syntax=docker/dockerfile:1
FROM gcc:12 AS build
COPY src/ .
RUN gcc -o /hello \\
    # a comment in the middle
    hello.c
FROM busybox AS unused
RUN true
FROM scratch
COPY --from=build /hello /hello
CMD ["/hello"]
`;
const numbered = (text: string, target = "") => plan(text, target).steps.map((s) => s.step).filter((s) => s.kind === "step");

describe("instructions", () => {
  it("joins continuations and leaves out comments", () => {
    expect(instructions(MULTI).map((i) => [i.keyword, i.line])).toEqual([
      ["FROM", 2], ["COPY", 3], ["RUN", 4], ["FROM", 7], ["RUN", 8], ["FROM", 9], ["COPY", 10], ["CMD", 11],
    ]);
    expect(instructions(MULTI)[2]?.rest).toContain("hello.c");
  });

  it("does not read a heredoc's body as instructions", () => {
    expect(instructions("FROM a\nRUN <<EOF\nCOPY x y\nEOF\nCMD b").map((i) => i.keyword)).toEqual(["FROM", "RUN", "CMD"]);
  });
});

describe("plan", () => {
  it("draws only the stages that are needed", () => {
    expect([...new Set(numbered(MULTI).map((s) => s.stage))]).toEqual(["build", "final"]);
  });

  it("knows that a copy needs the last step of the other stage", () => {
    const steps = numbered(MULTI);
    const copy = steps.find((s) => s.title.startsWith("COPY --from"));
    expect(copy?.inputs).toEqual([steps[2]?.id]);
    expect(copy?.line).toBe(10);
  });

  it("stops at the target", () => {
    expect(numbered(MULTI, "build").map((s) => s.line)).toEqual([2, 3, 4]);
  });

  it("lets a stage go on from another", () => {
    const steps = numbered("FROM a AS base\nRUN one\nFROM base\nRUN two");
    expect(steps.map((s) => s.title)).toEqual(["FROM a", "RUN one", "RUN two"]);
    expect(steps[2]?.inputs).toEqual([steps[1]?.id]);
  });

  it("makes nothing of nothing, and does not trip over rubbish", () => {
    expect(plan("").steps).toEqual([]);
    expect(plan("}{ \\\n\\\nFROM").steps.length).toBeLessThan(3);
  });
});

it("names the stages one can stop at", () => {
  expect(targets(MULTI)).toEqual(["build", "unused"]);
});

it("keeps only the marks whose line still says what was built", () => {
  const then = plan("FROM a\nRUN one\nRUN two\n");
  const kept = marksThatFit(marks(then), then.steps, "FROM a\nRUN one && more\n\nRUN two\n");
  expect(kept.map((m) => m.line)).toEqual([1]);
});
