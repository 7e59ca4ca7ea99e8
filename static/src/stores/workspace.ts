// The learner's things as lists show them: projects, builds, images, containers. Starts from the page's state and folds
// the workspace's stream; `put…` takes an answer to a call of ours, which the stream will repeat.
import type { BuildSummary, ContainerSummary, ImageSummary, Notice } from "../wire";
import type { LogEvent } from "./events";

export interface Named {
  id: string;
  name: string;
}

export interface WorkspaceView {
  seq: number;
  projects: Named[];
  builds: BuildSummary[];
  images: ImageSummary[];
  containers: ContainerSummary[];
  notices: Notice[];
}

export const EMPTY_WORKSPACE: WorkspaceView = { seq: 0, projects: [], builds: [], images: [], containers: [], notices: [] };

const newestFirst = (a: { created_at: string }, b: { created_at: string }): number =>
  a.created_at < b.created_at ? 1 : a.created_at > b.created_at ? -1 : 0;

function put<T extends { id: string }>(list: T[], item: T): T[] {
  return list.some((known) => known.id === item.id)
    ? list.map((known) => (known.id === item.id ? item : known))
    : [item, ...list];
}

const without = <T extends { id: string }>(list: T[], id: string): T[] => list.filter((item) => item.id !== id);

export function workspaceFrom(state: Partial<WorkspaceView> & { workspace?: { seq: number } | null }): WorkspaceView {
  return {
    seq: state.workspace?.seq ?? 0,
    projects: state.projects ?? [],
    builds: [...(state.builds ?? [])].sort(newestFirst),
    images: [...(state.images ?? [])].sort(newestFirst),
    containers: (state.containers ?? []).filter((c) => c.state !== "removed").sort(newestFirst),
    notices: state.notices ?? [],
  };
}

export function foldWorkspace(view: WorkspaceView, event: LogEvent): WorkspaceView {
  if (event.s <= view.seq) return view;
  const next = { ...view, seq: event.s };
  switch (event.type) {
    case "project.put":
      return { ...next, projects: put(view.projects, event.data) };
    case "project.gone":
      return { ...next, projects: without(view.projects, event.data.id) };
    case "build.put":
      return { ...next, builds: put(view.builds, event.data.build).sort(newestFirst) };
    case "container.put":
      return putContainer(next, event.data.container);
    case "container.gone":
      return { ...next, containers: without(view.containers, event.data.id) };
    case "image.put":
      return { ...next, images: put(view.images, event.data.image).sort(newestFirst) };
    case "image.gone":
      return { ...next, images: without(view.images, event.data.id) };
    case "notice.put":
      return { ...next, notices: put(view.notices, event.data.notice) };
    default:
      return next;
  }
}

function putContainer(view: WorkspaceView, container: ContainerSummary): WorkspaceView {
  const containers =
    container.state === "removed"
      ? without(view.containers, container.id)
      : put(view.containers, container).sort(newestFirst);
  return { ...view, containers };
}

/** An answer to our own call, taken only where the stream has not told of the thing already (it is the newer truth). */
export function adoptBuild(view: WorkspaceView, build: BuildSummary): WorkspaceView {
  return view.builds.some((b) => b.id === build.id) ? view : { ...view, builds: put(view.builds, build).sort(newestFirst) };
}

export function adoptContainer(view: WorkspaceView, container: ContainerSummary): WorkspaceView {
  return view.containers.some((c) => c.id === container.id) ? view : putContainer(view, container);
}

export function adoptImage(view: WorkspaceView, image: ImageSummary): WorkspaceView {
  return { ...view, images: put(view.images, image).sort(newestFirst) };
}
