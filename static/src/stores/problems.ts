// Two readers of one Dockerfile: the browser while one types, the server on what was saved. The server's words win where
// both speak of the same line.
import type { Problem } from "../wire";

const WEIGHT: Record<Problem["severity"], number> = { error: 0, warning: 1, hint: 2 };

export function mergeProblems(server: Problem[], local: Problem[]): Problem[] {
  const said = new Set(server.map((p) => p.line));
  const all = [...server, ...local.filter((p) => !said.has(p.line))];
  return all.sort((a, b) => WEIGHT[a.severity] - WEIGHT[b.severity] || a.line - b.line || a.column - b.column);
}
