// The typed calls of docs/api.md: the only place in the browser that uses fetch. Refusals come back as ApiError.
import type {
  BaseImage,
  BuildSummary,
  ContainerSummary,
  FileSummary,
  ImageSummary,
  Notice,
  Problem,
} from "../wire";
import { errorFrom, Unreachable } from "./errors";

export interface Context {
  bytes: number;
  files: number;
  ignored: { path: string; line: number; pattern: string }[];
  limit: number;
}

export type Usage = Record<string, number>;

export interface ProjectSummary {
  id: string;
  name: string;
}

export interface Project extends ProjectSummary {
  files: FileSummary[];
  seq: number;
}

export interface Learner {
  id: string;
  name: string;
  guest: boolean;
}

export interface State {
  learner: Learner | null;
  workspace: { stream: string; seq: number } | null;
  projects: ProjectSummary[];
  images: ImageSummary[];
  containers: ContainerSummary[];
  builds: BuildSummary[];
  notices: Notice[];
  usage: Usage;
}

export interface HealthPart {
  key: string;
  title: string;
  state: string;
  sentence: string;
  fix: string;
}

export interface Health {
  state: "ok" | "degraded" | "down";
  parts: HealthPart[];
}

export interface BuildWish {
  reference: string;
  dockerfile?: string;
  target?: string;
  no_cache?: boolean;
}

export interface RunWish {
  image: string;
  command: string;
  env: Record<string, string>;
  memory: number;
  cpus: number;
}

export interface Files {
  files: FileSummary[];
  context: Context;
}

export type ContainerVerb = "start" | "stop" | "restart" | "remove" | "keep";

interface Call {
  method?: string;
  json?: unknown;
  body?: BodyInit;
  headers?: Record<string, string>;
  signal?: AbortSignal;
}

const encodePath = (path: string): string => path.split("/").map(encodeURIComponent).join("/");

function pageToken(): string {
  return document.querySelector<HTMLMetaElement>('meta[name="csrf-token"]')?.content ?? "";
}

export class Api {
  /** Hears of every call's fate, so that a page can look at the site's health when one fails. */
  onTrouble: (error: unknown) => void = () => undefined;

  constructor(
    private readonly tab: string,
    private readonly token: () => string = pageToken,
  ) {}

  state = () => this.#json<State>("/api/state/");
  health = () => this.#json<Health>("/health.json", {}, true);

  createProject = (template: string, name = "") =>
    this.#json<{ project: Project }>("/api/projects/", { json: { template, name } });
  project = (id: string) => this.#json<{ project: Project; context: Context }>(`/api/projects/${id}/`);
  renameProject = (id: string, name: string) =>
    this.#json<{ project: ProjectSummary }>(`/api/projects/${id}/`, { method: "PATCH", json: { name } });
  removeProject = (id: string) => this.#json<{ undo: string }>(`/api/projects/${id}/`, { method: "DELETE" });
  restoreProject = (undo: string) => this.#json<{ project: Project }>("/api/restore/", { json: { undo } });

  async readFile(project: string, path: string): Promise<{ bytes: Uint8Array; version: number | null }> {
    const response = await this.#call(`/api/projects/${project}/files/${encodePath(path)}`);
    const tag = response.headers.get("ETag")?.replace(/^W\//, "").replaceAll('"', "") ?? "";
    return { bytes: new Uint8Array(await response.arrayBuffer()), version: tag === "" ? null : Number(tag) };
  }

  /** *version* null means: it must not be there yet. */
  saveFile = (project: string, path: string, body: BodyInit, version: number | null) =>
    this.#json<{ file: FileSummary; context: Context }>(`/api/projects/${project}/files/${encodePath(path)}`, {
      method: "PUT",
      body,
      headers: {
        "Content-Type": "application/octet-stream",
        ...(version === null ? { "If-None-Match": "*" } : { "If-Match": `"${version}"` }),
      },
    });
  makeFolder = (project: string, path: string) =>
    this.#json<{ file: FileSummary }>(`/api/projects/${project}/folders/`, { json: { path } });
  move = (project: string, from: string, to: string) =>
    this.#json<Files>(`/api/projects/${project}/move/`, { json: { from, to } });
  removeFile = (project: string, path: string) =>
    this.#json<Files & { undo: string }>(`/api/projects/${project}/delete/`, { json: { path } });
  restoreFile = (project: string, undo: string) =>
    this.#json<Files>(`/api/projects/${project}/restore/`, { json: { undo } });

  upload(project: string, files: { path: string; file: Blob }[], into: string, unpack: boolean) {
    const form = new FormData();
    form.set("into", into);
    if (unpack) form.set("unpack", "1");
    for (const { path, file } of files) {
      form.append("path", path); // a browser or a server may cut a file's name to its last part
      form.append("file", file, path);
    }
    return this.#json<Files & { added: string[] | number }>(`/api/projects/${project}/upload/`, { body: form, method: "POST" });
  }

  archiveUrl = (project: string) => `/api/projects/${project}/archive/`;

  check = (project: string, wish: { dockerfile?: string; target?: string }, signal?: AbortSignal) =>
    this.#json<{ problems: Problem[]; targets: string[] }>(`/api/projects/${project}/check/`, {
      json: wish,
      ...(signal ? { signal } : {}),
    });

  async build(project: string, wish: BuildWish): Promise<{ build: BuildSummary; repeated: boolean }> {
    const response = await this.#call(`/api/projects/${project}/builds/`, { json: wish });
    const { build } = (await response.json()) as { build: BuildSummary };
    return { build, repeated: response.status === 200 };
  }

  buildSummary = (id: string) => this.#json<{ build: BuildSummary }>(`/api/builds/${id}/`);
  cancelBuild = (id: string) =>
    this.#json<{ build: BuildSummary; did: boolean }>(`/api/builds/${id}/cancel/`, { method: "POST" });

  images = () => this.#json<{ images: ImageSummary[]; base: BaseImage[]; usage: Usage }>("/api/images/");
  tagImage = (id: string, reference: string) =>
    this.#json<{ image: ImageSummary }>(`/api/images/${id}/tag/`, { json: { reference } });
  keepImage = (id: string) => this.#json<{ image: ImageSummary }>(`/api/images/${id}/keep/`, { method: "POST" });
  removeImage = (id: string) => this.#json<{ image: ImageSummary }>(`/api/images/${id}/`, { method: "DELETE" });

  containers = () => this.#json<{ containers: ContainerSummary[] }>("/api/containers/");
  run = (wish: RunWish) => this.#json<{ container: ContainerSummary }>("/api/containers/", { json: wish });
  container = (id: string, verb: ContainerVerb) =>
    this.#json<{ container: ContainerSummary; did: boolean }>(`/api/containers/${id}/${verb}/`, { method: "POST" });

  async #json<T>(url: string, call: Call = {}, anyStatus = false): Promise<T> {
    const response = await this.#call(url, call, anyStatus);
    return (await response.json()) as T;
  }

  async #call(url: string, call: Call = {}, anyStatus = false): Promise<Response> {
    const method = call.method ?? (call.json === undefined ? "GET" : "POST");
    const headers: Record<string, string> = { Accept: "application/json", "X-Tab": this.tab, ...call.headers };
    if (method !== "GET") headers["X-CSRFToken"] = this.token();
    if (call.json !== undefined) headers["Content-Type"] = "application/json";
    const body = call.json === undefined ? call.body : JSON.stringify(call.json);
    let response: Response;
    try {
      response = await fetch(url, {
        method,
        headers,
        credentials: "same-origin",
        ...(body === undefined ? {} : { body }),
        ...(call.signal ? { signal: call.signal } : {}),
      });
    } catch (cause) {
      if (call.signal?.aborted) throw cause;
      const error = new Unreachable(cause);
      this.onTrouble(error);
      throw error;
    }
    if (response.ok || anyStatus) return response;
    const error = await errorFrom(response);
    this.onTrouble(error);
    throw error;
  }
}
