// The images page: images with their history, base images, containers; and running one of them.
import "../styles/bench.css";
import { html, nothing, render, type TemplateResult } from "lit";
import type { Usage } from "../data/api";
import { ApiError } from "../data/errors";
import { Stream } from "../data/stream";
import { Store } from "../stores/store";
import { adoptContainer, adoptImage, foldWorkspace, workspaceFrom, type WorkspaceView } from "../stores/workspace";
import type { BaseImage, ContainerSummary, ImageSummary, Notice } from "../wire";
import { bytes, imageNameProblem, length, moment, plural } from "../components/format";
import type { ImageVerb } from "../components/dd-image-list";
import type { RunDetail } from "../components/dd-run-form";
import type { Tab } from "../components/dd-tabs";
import { markOf, type Verb } from "../components/dd-container";
import "../components/dd-base-images";
import "../components/dd-image-list";
import "../components/dd-run-form";
import "../components/dd-tabs";
import { Containers } from "./containers";
import { pageData, session, type PageData, type Session } from "./site";

class ImagesPage {
  readonly workspace: Store<WorkspaceView>;
  readonly containers = new Containers(() => this.draw());
  base: BaseImage[];
  wanted: ImageSummary | null = null;
  chosen: string | null = null;
  busy = false;
  problem = "";
  usage: Usage;
  #queued = false;
  #looking: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly site: Session,
    readonly data: PageData,
    readonly root: HTMLElement,
  ) {
    this.base = data.base;
    this.usage = data.state.usage;
    this.workspace = new Store(workspaceFrom(data.state));
    this.workspace.watch(() => this.draw());
  }

  start(): void {
    const { workspace } = this.data.state;
    const take = (events: Parameters<Parameters<Session["follow"]>[2]>[0]) => {
      this.workspace.update((w) => events.reduce(foldWorkspace, w));
      if (events.some((e) => /^(image|container)\./.test(e.type))) this.#lookLater();
    };
    if (workspace) this.site.follow(workspace.stream, workspace.seq, take, () => void this.#reload());
    new Stream("site", {
      onEvents: (events) => {
        for (const event of events) {
          if (event.type !== "site.image") continue;
          const { image } = event.data;
          const known = this.base.some((b) => b.reference === image.reference);
          this.base = known ? this.base.map((b) => (b.reference === image.reference ? image : b)) : [...this.base, image];
        }
        this.draw();
      },
    });
    void this.#refresh();
  }

  draw(): void {
    if (this.#queued) return;
    this.#queued = true;
    queueMicrotask(() => {
      this.#queued = false;
      const { containers } = this.workspace.state;
      this.containers.only(containers.map((c) => c.id));
      render(view(this), this.root);
    });
  }

  async #reload(): Promise<void> {
    const state = await this.site.api.state();
    this.workspace.update(() => workspaceFrom(state));
  }

  /** What is used has changed: ask once for all that happens within a second. */
  #lookLater(): void {
    clearTimeout(this.#looking);
    this.#looking = setTimeout(() => void this.#refresh(), 1000);
  }

  /** The page's list may be old: base images are told on the site's stream from its beginning, which is told again here. */
  async #refresh(): Promise<void> {
    try {
      const { base, usage } = await this.site.api.images();
      [this.base, this.usage] = [base, usage];
      this.draw();
    } catch {
      // the page's own list stands
    }
  }

  act = async (verb: ImageVerb, image: ImageSummary): Promise<void> => {
    if (verb === "run") {
      this.wanted = image;
      this.problem = "";
      this.draw();
      requestAnimationFrame(() => document.getElementById("run")?.scrollIntoView({ block: "nearest" }));
      return;
    }
    try {
      if (verb === "tag") await this.#tag(image);
      else if (verb === "keep") await this.site.api.keepImage(image.id);
      else await this.#remove(image);
    } catch (error) {
      this.site.failed(error);
    }
  };

  async #tag(image: ImageSummary): Promise<void> {
    const answer = await this.site.dialog.ask({
      heading: `Another name for ${image.reference}`,
      fields: [{ name: "reference", label: "Name and tag", value: image.reference, hint: "Such as hello:1.0. The image itself stays the same.", mono: true }],
      confirm: "Tag",
      problem: (v) => (v.reference === image.reference ? "That is its name already." : imageNameProblem(v.reference ?? "")),
    });
    if (!answer?.reference) return;
    const { image: tagged } = await this.site.api.tagImage(image.id, answer.reference);
    this.workspace.update((w) => adoptImage(w, tagged));
  }

  async #remove(image: ImageSummary): Promise<void> {
    const answer = await this.site.dialog.ask({
      heading: `Remove ${image.reference}?`,
      text: "You can build it again from its project. Containers made from it must be removed first.",
      confirm: "Remove",
      danger: true,
    });
    if (!answer) return;
    const { image: going } = await this.site.api.removeImage(image.id);
    this.workspace.update((w) => (w.images.some((i) => i.id === going.id) ? adoptImage(w, going) : w));
  }

  run = async (wish: RunDetail): Promise<void> => {
    this.busy = true;
    this.problem = "";
    this.draw();
    try {
      const { container } = await this.site.api.run(wish);
      this.workspace.update((w) => adoptContainer(w, container));
      this.chosen = container.id;
      this.wanted = null;
    } catch (error) {
      if (error instanceof ApiError) this.problem = `${error.message} ${error.refusal.fix}`;
      else this.site.failed(error);
    } finally {
      this.busy = false;
      this.draw();
      requestAnimationFrame(() => this.root.querySelector("section[aria-labelledby=h-containers]")?.scrollIntoView({ block: "nearest" }));
    }
  };

  move = async (id: string, verb: Verb): Promise<void> => {
    try {
      const { did } = await this.site.api.container(id, verb);
      if (!did) this.site.toast({ text: "That had happened already." });
    } catch (error) {
      this.site.failed(error);
    }
  };
}

function view(page: ImagesPage): TemplateResult {
  const { images, containers } = page.workspace.state;
  const wanted = images.find((i) => i.id === page.wanted?.id && i.state === "ready");
  return html`
    <section aria-labelledby="h-images">
      <div class="section-head">
        <h2 id="h-images"><dd-term term="image">Images</dd-term></h2>
        <p>${images.length > 0 ? imagesUsed(page.usage, images.length) : ""}</p>
      </div>
      <dd-image-list
        .images=${images}
        .now=${Date.now()}
        @dd-image=${(e: CustomEvent<{ verb: ImageVerb; image: ImageSummary }>) => void page.act(e.detail.verb, e.detail.image)}
      >
        <a class="button primary" href="/">Build your first image</a>
      </dd-image-list>
    </section>
    ${wanted ? runPanel(page, wanted) : nothing} ${containersPanel(page, containers)} ${noticesPanel(page.workspace.state.notices)}
    <section aria-labelledby="h-base">
      <div class="section-head">
        <h2 id="h-base"><dd-term term="base image">Base images</dd-term></h2>
        <p>what FROM may name here: builds have no internet</p>
      </div>
      <dd-base-images .images=${page.base}></dd-base-images>
    </section>
  `;
}

/** How much of it there is and may be, as it counts: what is beyond the base images, a shared layer once. */
const imagesUsed = (usage: Usage, count: number): string =>
  `${count} of ${plural(usage.images_limit ?? count, "image")}, ${bytes(usage.image_bytes ?? 0)} of ${bytes(usage.image_bytes_limit ?? 0)} beyond the base images`;

const containersUsed = (usage: Usage, count: number): string =>
  `${count} of ${plural(usage.containers_limit ?? count, "container")}, ${length(usage.run_seconds ?? 0)} of ${length(usage.run_seconds_limit ?? 0)} running time in 24 hours`;

function noticesPanel(notices: Notice[]) {
  if (notices.length === 0) return nothing;
  return html`<section aria-labelledby="h-notices">
    <div class="section-head"><h2 id="h-notices">Cleaned up</h2></div>
    <ul class="notices">
      ${notices.map((n) => html`<li><time datetime=${n.at}>${moment(n.at)}</time> ${n.sentence}</li>`)}
    </ul>
  </section>`;
}

function runPanel(page: ImagesPage, image: ImageSummary): TemplateResult {
  const { limits } = page.data;
  return html`<section class="panel runpanel" id="run" aria-label=${`Run ${image.reference}`}>
    <h2>Run ${image.reference}</h2>
    <dd-run-form
      .image=${image}
      .busy=${page.busy}
      .problem=${page.problem}
      .maxMemory=${limits["run.memory_most"] ?? 2 ** 28}
      .maxCpus=${(limits["run.cpus_most"] ?? 1000) / 1000}
      @dd-run=${(e: CustomEvent<RunDetail>) => void page.run(e.detail)}
    ></dd-run-form>
  </section>`;
}

function containersPanel(page: ImagesPage, listed: ContainerSummary[]): TemplateResult {
  const all = listed.map((c) => page.containers.newest(c));
  const chosen = all.find((c) => c.id === page.chosen) ?? all[0];
  const watched = chosen ? page.containers.watch(chosen) : null;
  return html`<section aria-labelledby="h-containers">
    <div class="section-head">
      <h2 id="h-containers"><dd-term term="container">Containers</dd-term></h2>
      <p>${all.length > 0 ? containersUsed(page.usage, all.length) : ""}</p>
    </div>
    ${chosen && watched
      ? html`<div class="containerbox">
          <dd-tabs
            label="Containers"
            .tabs=${all.map((c): Tab => ({ id: c.id, label: `${c.name} · ${c.image}`, mark: markOf(c) }))}
            .chosen=${chosen.id}
            @dd-tab=${(e: CustomEvent<{ id: string }>) => ((page.chosen = e.detail.id), page.draw())}
          ></dd-tabs>
          <dd-container
            .container=${chosen}
            .book=${watched.book}
            .end=${watched.end}
            @dd-container=${(e: CustomEvent<{ id: string; verb: Verb }>) => void page.move(e.detail.id, e.detail.verb)}
          ></dd-container>
        </div>`
      : html`<p class="dashed">Nothing runs. Press Run beside an image, and its output appears here.</p>`}
  </section>`;
}

async function start(): Promise<void> {
  const data = pageData();
  const root = document.getElementById("images");
  root?.replaceChildren();
  if (data && root) new ImagesPage(await session, data, root).start();
}

void start();
