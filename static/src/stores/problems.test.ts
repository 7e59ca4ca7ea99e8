import { expect, it } from "vitest";
import type { Problem } from "../wire";
import { mergeProblems } from "./problems";

const problem = (line: number, severity: Problem["severity"], code: string): Problem => ({
  code, severity, line, column: 1, end_column: 2, message: "", fix: "",
});

it("lets the server's words win on a line and puts errors first", () => {
  const merged = mergeProblems([problem(4, "warning", "server")], [problem(4, "error", "local"), problem(2, "error", "local2"), problem(1, "hint", "h")]);
  expect(merged.map((p) => p.code)).toEqual(["local2", "server", "h"]);
});
