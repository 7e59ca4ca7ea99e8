// The files of one project: the list with its sizes and versions, the tree the list is drawn as, and which are open.
import type { FileSummary } from "../wire";
import type { LogEvent } from "./events";

export interface IgnoredFile {
  path: string;
  line: number;
  pattern: string;
}

export interface ContextView {
  bytes: number;
  files: number;
  ignored: IgnoredFile[];
  limit: number;
}

export interface FilesView {
  project: string;
  files: FileSummary[];
  context: ContextView | null;
  open: string[];
  active: string | null;
}

export interface TreeNode {
  path: string;
  name: string;
  kind: FileSummary["kind"];
  depth: number;
  file: FileSummary | null;
  children: TreeNode[];
}

const byPath = (a: FileSummary, b: FileSummary): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);

export function filesFrom(project: string, files: FileSummary[], context: ContextView | null): FilesView {
  const sorted = [...files].sort(byPath);
  const first = sorted.find((f) => f.path === "Dockerfile") ?? sorted.find((f) => f.kind === "file" && !f.binary);
  return { project, files: sorted, context, open: first ? [first.path] : [], active: first?.path ?? null };
}

/** A whole new list (an answer to move, delete, upload): tabs whose file is gone close. */
export function replaceFiles(view: FilesView, files: FileSummary[], context: ContextView | null): FilesView {
  const there = new Set(files.filter((f) => f.kind === "file").map((f) => f.path));
  return settle({ ...view, files: [...files].sort(byPath), context: context ?? view.context }, (p) => there.has(p));
}

function settle(view: FilesView, keep: (path: string) => boolean): FilesView {
  const open = view.open.filter(keep);
  const active = view.active !== null && keep(view.active) ? view.active : (open.at(-1) ?? null);
  return { ...view, open, active };
}

/** A file as it now is; an older version than the one we know is passed over. */
export function putFile(view: FilesView, file: FileSummary): FilesView {
  const known = view.files.find((f) => f.path === file.path);
  if (known && known.kind === file.kind && known.version > file.version) return view;
  return { ...view, files: [...view.files.filter((f) => f.path !== file.path), file].sort(byPath) };
}

export function dropFile(view: FilesView, path: string): FilesView {
  const gone = (p: string) => p === path || p.startsWith(`${path}/`);
  return settle({ ...view, files: view.files.filter((f) => !gone(f.path)) }, (p) => !gone(p));
}

export function moveOpen(view: FilesView, from: string, to: string): FilesView {
  const moved = (p: string) => (p === from ? to : p.startsWith(`${from}/`) ? to + p.slice(from.length) : p);
  return { ...view, open: view.open.map(moved), active: view.active === null ? null : moved(view.active) };
}

export function openFile(view: FilesView, path: string): FilesView {
  return { ...view, active: path, open: view.open.includes(path) ? view.open : [...view.open, path] };
}

export function closeFile(view: FilesView, path: string): FilesView {
  const at = view.open.indexOf(path);
  const open = view.open.filter((p) => p !== path);
  const active = view.active === path ? (open[Math.min(at, open.length - 1)] ?? null) : view.active;
  return { ...view, open, active };
}

/** Another tab's or window's change to this project. Our own echo (*tab*) only brings the version along. */
export function foldFiles(view: FilesView, event: LogEvent): FilesView {
  if (event.type === "file.put" && event.data.project === view.project) return putFile(view, event.data.file);
  if (event.type === "file.gone" && event.data.project === view.project) return dropFile(view, event.data.path);
  return view;
}

/** Folders first, then names; folders that only a path speaks of are there too. */
export function tree(files: FileSummary[]): TreeNode[] {
  const roots: TreeNode[] = [];
  const folders = new Map<string, TreeNode>();
  const siblings = (path: string): TreeNode[] => {
    const cut = path.lastIndexOf("/");
    return cut < 0 ? roots : folder(path.slice(0, cut)).children;
  };
  const node = (path: string, kind: TreeNode["kind"], file: FileSummary | null): TreeNode => ({
    path,
    name: path.slice(path.lastIndexOf("/") + 1),
    kind,
    depth: path.split("/").length - 1,
    file,
    children: [],
  });
  const folder = (path: string): TreeNode => {
    const known = folders.get(path);
    if (known) return known;
    const made = node(path, "dir", null);
    folders.set(path, made);
    siblings(path).push(made);
    return made;
  };
  for (const file of files) {
    if (file.kind === "dir") folder(file.path).file = file;
    else siblings(file.path).push(node(file.path, "file", file));
  }
  const sort = (nodes: TreeNode[]): TreeNode[] => {
    nodes.sort((a, b) => (a.kind === b.kind ? (a.name < b.name ? -1 : 1) : a.kind === "dir" ? -1 : 1));
    for (const child of nodes) sort(child.children);
    return nodes;
  };
  return sort(roots);
}

/** A name as the server takes it, or the sentence why not. */
export function pathProblem(path: string, files: FileSummary[]): string {
  if (path === "") return "Give it a name.";
  if (path.startsWith("/")) return "Leave out the first slash: paths start at the project.";
  if (path.split("/").some((part) => part === ".." || part === "." || part === "")) return "“..”, “.” and empty parts cannot be in a path.";
  if (/[\u0000-\u001f\\]/.test(path)) return "That has a character that file names cannot have.";
  if (files.some((f) => f.path === path)) return `${path} is there already.`;
  return "";
}
