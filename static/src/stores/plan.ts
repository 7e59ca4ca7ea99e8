// What a Dockerfile will become, before it is built: the same Step shape the server announces, all waiting, so that the
// graph can be drawn while the learner types. Only a sketch: the server's steps replace it as soon as they come.
import type { Step } from "../wire";
import { NO_BUILD, type BuildView, type Mark, type StepView } from "./build";

interface Instruction {
  keyword: string;
  rest: string;
  line: number;
}

/** Instructions with continuations joined and comments, heredoc bodies and blank lines left out. */
export function instructions(dockerfile: string): Instruction[] {
  const found: Instruction[] = [];
  const lines = dockerfile.split(/\r?\n/);
  let at = 0;
  while (at < lines.length) {
    const start = at;
    let text = lines[at++] ?? "";
    if (/^\s*(#|$)/.test(text)) continue;
    while (/\\\s*$/.test(text) && at < lines.length) {
      text = text.replace(/\\\s*$/, " ");
      const more = lines[at++] ?? "";
      if (!/^\s*#/.test(more)) text += more.trim();
      else text += "\\";
    }
    const match = /^\s*([A-Za-z]+)\s*(.*)$/s.exec(text);
    if (!match) continue;
    const [, keyword = "", rest = ""] = match;
    for (const doc of rest.matchAll(/<<-?["']?([A-Za-z_]\w*)["']?/g)) {
      while (at < lines.length && (lines[at] ?? "").trim() !== doc[1]) at++;
      at++;
    }
    found.push({ keyword: keyword.toUpperCase(), rest: rest.trim(), line: start + 1 });
  }
  return found;
}

interface Stage {
  name: string;
  base: string;
  steps: Instruction[];
}

const VERTICES = new Set(["FROM", "RUN", "COPY", "ADD", "WORKDIR"]);

function stagesOf(dockerfile: string): Stage[] {
  const stages: Stage[] = [];
  for (const instruction of instructions(dockerfile)) {
    if (instruction.keyword === "FROM") {
      const words = instruction.rest.split(/\s+/).filter((w) => !w.startsWith("--"));
      const alias = words[1]?.toUpperCase() === "AS" ? words[2] : undefined;
      stages.push({ name: alias ?? `stage-${stages.length}`, base: words[0] ?? "", steps: [instruction] });
    } else {
      stages.at(-1)?.steps.push(instruction);
    }
  }
  const last = stages.at(-1);
  if (last && /^stage-\d+$/.test(last.name)) last.name = "final";
  return stages;
}

const sources = (stage: Stage): { from: string; step: Instruction }[] =>
  stage.steps.flatMap((step) => {
    const from = /(?:--from=|[,=\s]from=)([^\s,]+)/.exec(step.keyword === "COPY" || step.keyword === "RUN" ? step.rest : "")?.[1];
    return from ? [{ from, step }] : [];
  });

function find(stages: Stage[], name: string, before: number): number {
  const index = stages.findIndex((s, i) => i < before && (s.name.toLowerCase() === name.toLowerCase() || String(i) === name));
  return index;
}

function needed(stages: Stage[], target: string): Set<number> {
  const want = new Set<number>();
  const visit = (index: number): void => {
    const stage = stages[index];
    if (!stage || want.has(index)) return;
    want.add(index);
    visit(find(stages, stage.base, index));
    for (const { from } of sources(stage)) visit(find(stages, from, index));
  };
  const chosen = target === "" ? -1 : stages.findIndex((s) => s.name === target);
  visit(chosen < 0 ? stages.length - 1 : chosen);
  return want;
}

export function plan(dockerfile: string, target = ""): BuildView {
  const stages = stagesOf(dockerfile);
  const want = needed(stages, target);
  const last = new Map<number, string>();
  const steps: Step[] = [];
  stages.forEach((stage, s) => {
    if (!want.has(s)) return;
    const parent = find(stages, stage.base, s);
    const shown = stage.steps.filter((i) => VERTICES.has(i.keyword) && !(i.keyword === "FROM" && (parent >= 0 || stage.base === "scratch")));
    const from = new Map(sources(stage).map(({ from: name, step }) => [step, find(stages, name, s)]));
    if (parent >= 0) last.set(s, last.get(parent) ?? "");
    shown.forEach((instruction, i) => {
      const id = `plan:${s}:${i}`;
      const other = last.get(from.get(instruction) ?? -1);
      const inputs = [last.get(s), other].filter((x): x is string => x !== undefined && x !== "");
      const title = `${instruction.keyword} ${instruction.rest.replace(/\s+AS\s+\S+$/i, "")}`;
      steps.push({ id, stage: stage.name, kind: "step", index: i + 1, total: shown.length, title, line: instruction.line, inputs });
      last.set(s, id);
    });
  });
  if (steps.length > 0) {
    const inputs = [steps.at(-1)?.id ?? ""];
    steps.push({ id: "plan:image", stage: "", kind: "export", index: 0, total: 0, title: "exporting to image", line: null, inputs });
  }
  return {
    ...NO_BUILD,
    steps: steps.map((step) => ({ step, state: "waiting", started: null, completed: null, error: "", progress: {}, cut: "" })),
  };
}

/** The names a build may stop at: every stage that has one. */
export function targets(dockerfile: string): string[] {
  return stagesOf(dockerfile)
    .map((s) => s.name)
    .filter((name) => !/^(stage-\d+|final)$/.test(name));
}

/** The marks whose line still holds the instruction that was built: an older build may be shown beside a newer text. */
export function marksThatFit(marks: Mark[], steps: StepView[], dockerfile: string): Mark[] {
  const head = (text: string): string => text.split(/\s+/).slice(0, 3).join(" ");
  const now = new Map(instructions(dockerfile).map((i) => [i.line, head(`${i.keyword} ${i.rest}`)]));
  const then = new Map(steps.map((s) => [s.step.line, head(s.step.title)]));
  return marks.filter((m) => now.get(m.line) === then.get(m.line));
}
