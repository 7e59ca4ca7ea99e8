import { describe, expect, it } from "vitest";
import type { BuildSummary, ContainerSummary, ImageSummary } from "../wire";
import { event } from "./events.testing";
import { adoptBuild, adoptContainer, EMPTY_WORKSPACE, foldWorkspace, workspaceFrom } from "./workspace";

const build = (id: string, created_at: string, more: Partial<BuildSummary> = {}): BuildSummary => ({
  id, stream: `s-${id}`, project: "p", reference: "hello:1", state: "queued", attempt: 1, ahead: 0, created_at,
  started_at: null, finished_at: null, image: null, failure: null, ...more,
});
const container = (id: string, state: ContainerSummary["state"]): ContainerSummary => ({
  id, stream: `s-${id}`, name: id, image: "hello:1", command: [], env: {}, memory: 1, cpus: 1, state, exit_code: null,
  sentence: "", created_at: "2026-01-01", started_at: null, finished_at: null, due_at: null, going_at: null,
});
const image = { id: "i", reference: "hello:1", created_at: "2026-01-01" } as ImageSummary;

describe("foldWorkspace", () => {
  it("keeps builds newest first and replaces by id", () => {
    const first = workspaceFrom({ builds: [build("a", "2026-01-01")] });
    const view = [
      event(1, "build.put", { build: build("b", "2026-01-02") }),
      event(2, "build.put", { build: build("a", "2026-01-01", { state: "succeeded" }) }),
    ].reduce(foldWorkspace, first);
    expect(view.builds.map((b) => `${b.id} ${b.state}`)).toEqual(["b queued", "a succeeded"]);
  });

  it("passes over what it has folded already", () => {
    const view = workspaceFrom({ workspace: { seq: 5 }, images: [image] });
    expect(foldWorkspace(view, event(5, "image.gone", { id: "i", reference: "hello:1" }))).toBe(view);
    expect(foldWorkspace(view, event(6, "image.gone", { id: "i", reference: "hello:1" })).images).toEqual([]);
  });

  it("lets a removed container go", () => {
    const view = workspaceFrom({ containers: [container("c", "running"), container("old", "removed")] });
    expect(view.containers.map((c) => c.id)).toEqual(["c"]);
    expect(foldWorkspace(view, event(1, "container.put", { container: container("c", "removed") })).containers).toEqual([]);
    expect(foldWorkspace(view, event(1, "container.gone", { id: "c" })).containers).toEqual([]);
  });

  it("keeps what was cleaned up, the newest first", () => {
    const old = { id: "n", at: "2026-01-01", sentence: "Removed." };
    const view = foldWorkspace(workspaceFrom({ notices: [old] }), event(1, "notice.put", { notice: { ...old, id: "m" } }));
    expect(view.notices.map((n) => n.id)).toEqual(["m", "n"]);
  });

  it("renames and removes projects", () => {
    const view = [
      event(1, "project.put", { id: "p", name: "one" }),
      event(2, "project.put", { id: "p", name: "two" }),
    ].reduce(foldWorkspace, EMPTY_WORKSPACE);
    expect(view.projects).toEqual([{ id: "p", name: "two" }]);
    expect(foldWorkspace(view, event(3, "project.gone", { id: "p" })).projects).toEqual([]);
  });
});

describe("answers to our own calls", () => {
  it("are taken when they are news", () => {
    expect(adoptBuild(EMPTY_WORKSPACE, build("a", "2026-01-01")).builds).toHaveLength(1);
  });

  it("never overwrite what the stream told later", () => {
    const told = foldWorkspace(EMPTY_WORKSPACE, event(1, "container.put", { container: container("c", "running") }));
    expect(adoptContainer(told, container("c", "creating"))).toBe(told);
  });
});
