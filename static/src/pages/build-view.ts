// The build page's picture: places the components and hands their events back to BuildPage.
import { html, nothing, type TemplateResult } from "lit";
import { active, marks, NO_BUILD } from "../stores/build";
import { languageOf } from "../components/file-kinds";
import { bytes, plural, shortTitle } from "../components/format";
import type { MenuItem } from "../components/dd-menu";
import { markOf } from "../components/dd-container";
import type { Tab } from "../components/dd-tabs";
import "../components/dd-build-graph";
import "../components/dd-build-status";
import "../components/dd-conflict";
import "../components/dd-container";
import "../components/dd-editor";
import "../components/dd-file-tree";
import "../components/dd-history";
import "../components/dd-layers";
import "../components/dd-log";
import "../components/dd-menu";
import "../components/dd-problems";
import "../components/dd-run-form";
import "../components/dd-save-state";
import "../components/dd-split";
import "../components/dd-tabs";
import type { BuildPage, Dock, Pane } from "./build";

type On<T> = CustomEvent<T>;

/** The width of files and editor together, in pixels. */
export const SPLIT = { initial: 660, min: 420, max: 1000 };

export function buildPage(page: BuildPage): TemplateResult {
  return html`
    <dd-tabs
      class="panes"
      label="Panes"
      .tabs=${PANES}
      .chosen=${page.pane}
      @dd-tab=${(e: On<{ id: Pane }>) => page.set({ pane: e.detail.id })}
    ></dd-tabs>
    <div class="wb" data-pane=${page.pane} .style=${`--left: ${page.left}px`}>
      ${files(page)} ${editor(page)}
      <dd-split
        label="Resize editor and result"
        .value=${page.left}
        .min=${SPLIT.min}
        .max=${SPLIT.max}
        .initial=${SPLIT.initial}
        @dd-split=${(e: On<number>) => page.set({ left: e.detail })}
      ></dd-split>
      ${result(page)}
    </div>
    <dd-conflict .versions=${page.files.versions} @dd-settle=${(e: On<"mine" | "theirs">) => void page.files.settle(e.detail)}></dd-conflict>
  `;
}

const PANES: Tab[] = [
  { id: "files", label: "Files" },
  { id: "editor", label: "Editor" },
  { id: "result", label: "Result" },
];

function files(page: BuildPage): TemplateResult {
  const { view } = page.files;
  return html`<section class="files" id="pane-1" aria-label="Files" tabindex="-1">
    <div class="projectbar"><dd-menu label=${page.data.project.name} hint="Projects" .items=${projects(page)}></dd-menu></div>
    <dd-file-tree
      .files=${view.files}
      .context=${view.context}
      .active=${view.active}
      .dirty=${page.files.dirty}
      @dd-open=${(e: On<{ path: string }>) => (page.files.open(e.detail.path), page.set({ pane: "editor" }))}
      @dd-file=${(e: On<{ verb: Parameters<typeof page.files.act>[0]; path: string }>) => void page.files.act(e.detail.verb, e.detail.path)}
      @dd-move=${(e: On<{ from: string; to: string }>) => void page.files.move(e.detail.from, e.detail.to)}
      @dd-drop=${(e: On<{ transfer: DataTransfer; into: string }>) => void page.files.drop(e.detail.transfer, e.detail.into)}
    ></dd-file-tree>
  </section>`;
}

function projects(page: BuildPage): MenuItem[] {
  const own = page.workspace.state.projects.map((p, i): MenuItem => ({
    label: p.name,
    href: `/projects/${p.id}/`,
    current: p.id === page.data.project.id,
    ...(i === 0 ? { group: "Your projects" } : {}),
  }));
  const starts = (page.data.templates ?? []).map((t, i): MenuItem => ({
    label: t.title,
    note: t.ready ? t.about : `needs ${t.image}, which is not ready`,
    run: () => void page.create(t.key),
    ...(i === 0 ? { group: "Start another" } : {}),
  }));
  return [
    ...own,
    { label: "Rename this project", group: "This project", run: () => void page.rename() },
    { label: "Delete this project", run: () => void page.remove() },
    ...starts,
  ];
}

function editor(page: BuildPage): TemplateResult {
  const { view } = page.files;
  const path = view.active;
  const tabs = view.open.map((p): Tab => ({
    id: p,
    label: p.slice(p.lastIndexOf("/") + 1),
    title: p,
    closable: view.open.length > 1,
    mark: page.files.queue.pending(p) ? "dirty" : "",
  }));
  return html`<section
    class="edit"
    id="pane-2"
    aria-label="Editor"
    tabindex="-1"
    @dd-line=${(e: On<{ line: number; column?: number }>) => page.goInOpen(e.detail.line, e.detail.column)}
  >
    <dd-tabs
      class="filetabs"
      label="Open files"
      .tabs=${tabs}
      .chosen=${path}
      @dd-tab=${(e: On<{ id: string }>) => page.files.open(e.detail.id)}
      @dd-tab-close=${(e: On<{ id: string }>) => page.files.close(e.detail.id)}
    ></dd-tabs>
    ${buildBar(page)} ${pane(page, path)}
    <div class="editfoot">
      <dd-problems .problems=${page.files.problems(path)} .path=${path ?? ""}></dd-problems>
      <dd-save-state
        .saving=${page.files.saving}
        @dd-conflict=${() => void page.files.showConflict()}
        @dd-refused=${(e: On<{ message: string; fix: string }>) => page.site.toast({ kind: "danger", text: `${e.detail.message} ${e.detail.fix}` })}
      ></dd-save-state>
    </div>
  </section>`;
}

function buildBar(page: BuildPage): TemplateResult {
  const choice = [page.noCache ? "no cache" : "", page.target].filter(Boolean).join(", ");
  return html`<form class="buildbar" @submit=${(e: Event) => (e.preventDefault(), void page.build())}>
    <label class="name"
      ><span class="vh">Image name</span>
      <input
        class="field"
        aria-label="Image name"
        autocomplete="off"
        spellcheck="false"
        .value=${page.reference}
        @change=${(e: Event) => page.set({ reference: (e.target as HTMLInputElement).value.trim() })}
      />
    </label>
    <details class="options">
      <summary class="button small">Options${choice ? html` <b>${choice}</b>` : nothing}</summary>
      <div>
        <label class="check"
          ><input type="checkbox" .checked=${page.noCache} @change=${(e: Event) => page.set({ noCache: (e.target as HTMLInputElement).checked })} />
          <span>Without the <dd-term term="cache">cache</dd-term>: run every step again</span></label
        >
        <label
          ><span>Stop at <dd-term term="stage">stage</dd-term></span>
          <select class="field" @change=${(e: Event) => page.set({ target: (e.target as HTMLSelectElement).value })}>
            <option value="" .selected=${page.target === ""}>the last one</option>
            ${page.files.targets.map((t) => html`<option .selected=${t === page.target}>${t}</option>`)}
          </select></label
        >
      </div>
    </details>
    <button class="button primary small" ?disabled=${page.asking}>Build <kbd>Ctrl ↵</kbd></button>
  </form>`;
}

function pane(page: BuildPage, path: string | null): TemplateResult {
  const summary = page.files.summary(path);
  if (path === null) {
    return html`<div class="blank"><p>No file is open.</p><button class="button" @click=${() => void page.files.act("new-file", "")}>New file</button></div>`;
  }
  if (summary?.binary) {
    return html`<div class="blank">
      <p><b>${path}</b> is binary: ${bytes(summary.size)}.</p>
      <p class="muted">It is sent with the <dd-term term="context">context</dd-term> and can be copied into an image; to change it, upload it again.</p>
    </div>`;
  }
  const text = page.files.text(path);
  if (text === null) return html`<div class="blank muted">Loading…</div>`;
  const docker = languageOf(path) === "docker" && path === page.dockerfile;
  return html`<dd-editor
    .path=${path}
    .text=${text}
    .problems=${page.files.problems(path)}
    .marks=${docker ? page.marks : NO_MARKS}
    .images=${page.baseNames}
    @dd-edit=${(e: On<{ path: string; text: string }>) => page.files.edit(e.detail.path, e.detail.text)}
    @dd-found=${(e: On<{ path: string; problems: never[] }>) => page.files.found(e.detail.path, e.detail.problems)}
    @dd-build-now=${() => void page.build()}
    @dd-save-now=${() => void page.files.flush()}
  ></dd-editor>`;
}

const NO_MARKS: ReturnType<typeof marks> = [];

function result(page: BuildPage): TemplateResult {
  const { sketch } = page;
  const view = page.refusal ? NO_BUILD : page.view;
  const real = view.steps.some((s) => s.step.kind === "step" || s.state === "failed");
  const drawn = real ? view : { ...view, steps: sketch.steps };
  const layers = view.finished?.image?.layers ?? [];
  const stages = new Set(view.steps.filter((s) => s.step.kind === "step").map((s) => s.step.stage)).size;
  return html`<section
    class="result"
    id="pane-3"
    aria-label="Result"
    tabindex="-1"
    @dd-line=${(e: On<{ line: number }>) => page.goTo(e.detail.line)}
    @dd-step=${(e: On<{ id: string | null }>) => page.set({ step: e.detail.id, dock: "log" })}
  >
    <dd-build-status
      .view=${view}
      .now=${page.now}
      .planned=${sketch.steps.filter((s) => s.step.kind === "step").length}
      .image=${page.reference}
      .runs=${page.runs.length}
      .first=${page.builds.length < 2}
      .refusal=${page.refusal}
      @dd-cancel=${() => void page.cancel()}
      @dd-run-it=${() => page.runIt()}
    ></dd-build-status>
    <dd-build-graph .view=${drawn} .chosen=${page.step} .now=${page.now} ?sketch=${!real && !active(view.state)}>
      <dd-term slot="title" term="build graph">Build graph</dd-term>
      <span slot="empty">Write FROM and an instruction or two: the steps appear here.</span>
    </dd-build-graph>
    <section class="card layers" aria-label="Layers">
      <header>
        <h2><dd-term term="layer">Layers</dd-term></h2>
        ${layers.length > 0 && stages > 1
          ? html`<span class="muted">of the last <dd-term term="stage">stage</dd-term> only: the others stay out, except what COPY --from takes from them</span>`
          : html`<span class="muted">width is size; each <dd-term term="instruction">instruction</dd-term> that changes files adds one</span>`}
      </header>
      <dd-layers .layers=${layers} empty=${layersHint(page)}></dd-layers>
    </section>
    ${dock(page)}
  </section>`;
}

function layersHint(page: BuildPage): string {
  return page.view.finished && page.view.state !== "succeeded" ? "This build made no image." : "They appear when the image is built.";
}

function dock(page: BuildPage): TemplateResult {
  const tabs: Tab[] = [
    { id: "log", label: "Log" },
    { id: "run", label: page.runs.length > 0 ? `Run (${page.runs.length})` : "Run", mark: page.runs.some((c) => c.state === "running") ? "live" : "" },
    { id: "builds", label: page.builds.length > 0 ? `Builds (${page.builds.length})` : "Builds" },
  ];
  return html`<section class=${page.dock === "run" && page.runs.length > 0 ? "dock tall" : "dock"} id="pane-4" aria-label="Output" tabindex="-1">
    <dd-tabs label="Output" .tabs=${tabs} .chosen=${page.dock} @dd-tab=${(e: On<{ id: Dock }>) => page.set({ dock: e.detail.id })}></dd-tabs>
    ${page.dock === "log" ? log(page) : page.dock === "run" ? run(page) : nothing}
    ${page.dock === "builds"
      ? html`<dd-history
          .builds=${page.builds}
          .chosen=${page.watching?.id ?? null}
          @dd-build=${(e: On<{ id: string }>) => {
            const build = page.builds.find((b) => b.id === e.detail.id);
            if (build) page.show(build);
          }}
        ></dd-history>`
      : nothing}
  </section>`;
}

function log(page: BuildPage): TemplateResult {
  const steps = page.view.steps;
  const chosen = steps.find((s) => s.step.id === page.step);
  return html`<dd-log
    times
    .book=${page.book}
    .end=${page.book.end}
    .source=${chosen ? chosen.step.id : null}
    .headings=${page.headings}
    label=${chosen ? `Log of ${shortTitle(chosen.step.title)}` : "Log of all steps"}
    empty=${logHint(page, chosen?.state ?? "")}
    @dd-copied=${(e: On<{ lines: number }>) => page.site.toast({ text: `${plural(e.detail.lines, "line")} copied.` })}
  >
    <label class="logstep">
      <span class="vh">Step</span>
      <select @change=${(e: Event) => page.set({ step: (e.target as HTMLSelectElement).value || null })}>
        <option value="" .selected=${!chosen}>All steps</option>
        ${steps.map((s) => html`<option value=${s.step.id} .selected=${s === chosen}>${shortTitle(s.step.title)}</option>`)}
      </select>
    </label>
  </dd-log>`;
}

function logHint(page: BuildPage, state: string): string {
  if (state === "cached") return "Taken from the cache: it did not run, so it wrote nothing.";
  if (state === "waiting") return "It has not run yet.";
  if (state !== "") return "This step wrote nothing.";
  if (page.view.state === "idle") return "What the steps write appears here, line by line.";
  if (active(page.view.state)) return "Nothing yet…";
  const ran = page.view.steps.some((s) => s.step.kind === "step" && s.state === "done");
  return ran ? "The steps that ran wrote nothing." : "Every step came from the cache: none ran, so none wrote anything.";
}

function run(page: BuildPage): TemplateResult {
  const image = page.image;
  const runs = page.runs;
  const chosen = runs.find((c) => c.id === page.container) ?? runs[0];
  const watched = chosen ? page.containers.watch(chosen) : null;
  const { limits } = page.data;
  return html`<div class="run">
    ${image
      ? html`<div class="runform">
          <dd-run-form
            .image=${image}
            .busy=${page.running}
            .problem=${page.runProblem}
            .maxMemory=${limits["run.memory_most"] ?? 2 ** 28}
            .maxCpus=${(limits["run.cpus_most"] ?? 1000) / 1000}
            @dd-run=${(e: On<Parameters<typeof page.run>[0]>) => void page.run(e.detail)}
          ></dd-run-form>
        </div>`
      : html`<p class="hint">Build an <dd-term term="image">image</dd-term> first; then it can be run here as a <dd-term term="container">container</dd-term>.</p>`}
    ${runs.length > 1
      ? html`<dd-tabs
          label="Containers"
          .tabs=${runs.map((c): Tab => ({ id: c.id, label: c.name, mark: markOf(c) }))}
          .chosen=${chosen?.id ?? null}
          @dd-tab=${(e: On<{ id: string }>) => page.set({ container: e.detail.id })}
        ></dd-tabs>`
      : nothing}
    ${chosen && watched
      ? html`<dd-container
          .container=${chosen}
          .book=${watched.book}
          .end=${watched.end}
          @dd-container=${(e: On<{ id: string; verb: Parameters<typeof page.act>[1] }>) => void page.act(e.detail.id, e.detail.verb)}
        ></dd-container>`
      : image
        ? html`<p class="hint">Nothing runs. Press Run: the output appears here.</p>`
        : nothing}
  </div>`;
}
