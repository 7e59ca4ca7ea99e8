// Written by `manage.py wire` from playground/events/wire.py: change that, then run it again.

/** Something wrong in a Dockerfile. Lines and columns count from 1; *fix* is the smallest change, or ''. */
export interface Problem {
  code: string;
  severity: "error" | "warning" | "hint";
  line: number;
  column: number;
  end_column: number;
  message: string;
  fix: string;
}

/** A cell of the build graph. *stage* is the stage's shown name; *line* its line in the Dockerfile, if any. */
export interface Step {
  id: string;
  stage: string;
  kind: "step" | "internal" | "export";
  index: number;
  total: number;
  title: string;
  line: number | null;
  inputs: string[];
}

/** Why a job ended badly: what happened, where, and the smallest fix. *tail* holds the last lines of output. */
export interface Failure {
  code: string;
  what: string;
  fix: string;
  line: number | null;
  step: string | null;
  exit_code: number | null;
  tail: string[];
}

/** One instruction of an image's history, oldest first. *base*: it came with the base image. */
export interface LayerLine {
  instruction: string;
  size: number;
  empty: boolean;
  base: boolean;
}

/** An image of the learner, as lists show it. *going_at*: it is removed then unless it is used before. */
export interface ImageSummary {
  id: string;
  reference: string;
  digest: string;
  state: "ready" | "removing";
  size: number;
  created_at: string;
  build: string | null;
  project: string | null;
  command: string[];
  ports: string[];
  layers: LayerLine[];
  going_at: string | null;
}

/** A build, as lists show it. *stream* is where its events are. */
export interface BuildSummary {
  id: string;
  stream: string;
  project: string;
  reference: string;
  state: "queued" | "running" | "cancelling" | "succeeded" | "failed" | "cancelled";
  attempt: number;
  ahead: number | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  image: string | null;
  failure: Failure | null;
}

/** A container, as lists show it. *sentence* says in words how it is, or how it ended; *going_at* as an image's. */
export interface ContainerSummary {
  id: string;
  stream: string;
  name: string;
  image: string;
  command: string[];
  env: Record<string, string>;
  memory: number;
  cpus: number;
  state: "creating" | "starting" | "running" | "stopping" | "restarting" | "exited" | "failed" | "removing" | "removed";
  exit_code: number | null;
  sentence: string;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
  due_at: string | null;
  going_at: string | null;
}

/** A file or folder of a project. *version* grows by one with each saved change: send it back as If-Match. */
export interface FileSummary {
  path: string;
  kind: "file" | "dir";
  size: number;
  version: number;
  sha256: string;
  binary: boolean;
}

/** The learner asked for a build. */
export interface BuildQueued {
  build: string;
  reference: string;
  dockerfile: string;
  files: number;
  context_bytes: number;
  ignored: number;
}

/** How many builds are before this one; 0 is next. */
export interface BuildPosition {
  ahead: number;
}

/** A worker took it. A second attempt starts the graph afresh: a reader forgets the steps of the one before. */
export interface BuildStarted {
  attempt: number;
  because: string;
}

/** Steps that were announced; the same id again replaces it. */
export interface BuildSteps {
  steps: Step[];
}

/** A step's state moved. Times are seconds since the build started. */
export interface BuildStep {
  id: string;
  state: "waiting" | "running" | "cached" | "done" | "failed" | "cancelled";
  started: number | null;
  completed: number | null;
  error: string;
}

/** Lines a step wrote. */
export interface BuildOutput {
  id: string;
  lines: ([number, "stdout" | "stderr", string])[];
}

/** How far a step's inner work is; *total* 0 where it is not known. */
export interface BuildProgress {
  id: string;
  label: string;
  current: number;
  total: number;
  done: boolean;
}

/** Output was left out from here on. *by*: our cap (*limit* bytes) or the engine's own clipping (limit 0). */
export interface OutputCut {
  id: string;
  by: "limit" | "engine";
  limit: number;
  sentence: string;
}

/** Somebody asked to stop it. *by*: the learner, or a limit. */
export interface BuildCancelling {
  by: "learner" | "limit";
  sentence: string;
}

/** The last event of a build. *seconds* from start to end; *cached* of *steps* numbered steps came from cache. */
export interface BuildFinished {
  state: "succeeded" | "failed" | "cancelled";
  seconds: number;
  steps: number;
  cached: number;
  image: ImageSummary | null;
  failure: Failure | null;
}

/** Its state moved. */
export interface ContainerChanged {
  container: ContainerSummary;
}

/** Lines it wrote. *cursor*: for each stream the engine's time of its last line and how many lines have that time.

Following goes on there after a crash. */
export interface ContainerOutput {
  run: number;
  lines: ([number, "stdout" | "stderr", string])[];
  cursor: Record<string, [string, number]>;
}

/** A project was made or renamed. */
export interface ProjectPut {
  id: string;
  name: string;
}

/** A project was removed. */
export interface ProjectGone {
  id: string;
}

/** A file was made or saved. *tab* is the browser tab that did it, so that it can pass over its own echo. */
export interface FilePut {
  project: string;
  file: FileSummary;
  tab: string;
}

/** A file or folder was removed or moved away. */
export interface FileGone {
  project: string;
  path: string;
  tab: string;
}

/** A build is new or its state moved. */
export interface BuildPut {
  build: BuildSummary;
}

/** A container is new or its state moved. */
export interface ContainerPut {
  container: ContainerSummary;
}

/** A container was removed. */
export interface ContainerGone {
  id: string;
}

/** An image is new or changed. */
export interface ImagePut {
  image: ImageSummary;
}

/** An image was removed. */
export interface ImageGone {
  id: string;
  reference: string;
}

/** What was cleaned up of the learner's things, and why, in a sentence. */
export interface Notice {
  id: string;
  at: string;
  sentence: string;
}

/** Something was cleaned up. */
export interface NoticePut {
  notice: Notice;
}

/** A base image of this site. *progress* is 0..1 while it is being made. */
export interface BaseImage {
  reference: string;
  about: string;
  state: "ready" | "making" | "missing";
  progress: number;
  note: string;
}

/** A base image's state moved. */
export interface SiteBaseImage {
  image: BaseImage;
}

/** One event on its way to a browser. *s* is its number in the stream: one more than the event before. */
export interface EventFrame {
  s: number;
  type: string;
  at: string;
  data: Record<string, unknown>;
}

/** First frame. *seq* is the stream's newest number now. */
export interface HelloFrame {
  t: "hello";
  seq: number;
  closed: boolean;
}

/** At most 200 events, in order, without gap. */
export interface EventsFrame {
  t: "events";
  events: EventFrame[];
}

/** The events before *oldest* are no longer kept: load the page's state again. */
export interface ResetFrame {
  t: "reset";
  oldest: number;
}

/** The stream is closed and everything in it was sent; the server then closes with 1000. */
export interface EndFrame {
  t: "end";
  seq: number;
}

/** Sent every 10 s; a client that hears nothing for 30 s reconnects. */
export interface PingFrame {
  t: "ping";
}

/** The client's only frame: it has handled everything up to *ack*. The server keeps at most 1,000 unacked ahead. */
export interface AckFrame {
  ack: number;
}

/** Every event's type and the shape of its payload. */
export interface EventMap {
  "build.queued": BuildQueued;
  "build.position": BuildPosition;
  "build.started": BuildStarted;
  "build.steps": BuildSteps;
  "build.step": BuildStep;
  "build.output": BuildOutput;
  "build.progress": BuildProgress;
  "build.cut": OutputCut;
  "build.cancelling": BuildCancelling;
  "build.finished": BuildFinished;
  "container.changed": ContainerChanged;
  "container.output": ContainerOutput;
  "container.cut": OutputCut;
  "project.put": ProjectPut;
  "project.gone": ProjectGone;
  "file.put": FilePut;
  "file.gone": FileGone;
  "build.put": BuildPut;
  "container.put": ContainerPut;
  "container.gone": ContainerGone;
  "image.put": ImagePut;
  "image.gone": ImageGone;
  "notice.put": NoticePut;
  "site.image": SiteBaseImage;
}

export type EventType = keyof EventMap;

export type Frame = HelloFrame | EventsFrame | ResetFrame | EndFrame | PingFrame;

export const CLOSE_BAD_REQUEST = 4400;
export const CLOSE_SIGNED_OUT = 4401;
export const CLOSE_NOT_FOUND = 4404;
export const CLOSE_TOO_MANY = 4429;
