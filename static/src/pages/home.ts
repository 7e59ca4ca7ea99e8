// The front page: forms and links work without this; here the lists stay fresh and base images show their progress.
import { Stream } from "../data/stream";
import { foldWorkspace, workspaceFrom } from "../stores/workspace";
import type { BaseImage } from "../wire";
import { ago } from "../components/format";
import { pageData, session } from "./site";

const data = pageData();

/** A template whose base image has just been made can be started without a reload. */
function showBase(image: BaseImage): void {
  for (const note of document.querySelectorAll<HTMLElement>("[data-base]")) {
    if (note.dataset.base !== image.reference) continue;
    const percent = image.state === "making" && image.progress > 0 ? ` ${Math.round(100 * image.progress)} %` : "";
    note.hidden = image.state === "ready";
    note.textContent = image.state === "missing" ? `${image.reference} is not here` : `getting ${image.reference}…${percent}`;
  }
}

/** Projects may have the same name; when each was last changed tells them apart. */
function showAges(): void {
  for (const line of document.querySelectorAll<HTMLElement>("[data-at]")) {
    if (line.dataset.at) line.textContent = `Changed ${ago(line.dataset.at)}`;
  }
}

async function start(): Promise<void> {
  const site = await session;
  if (!data) return;
  const { workspace } = data.state;
  if (workspace) {
    let view = workspaceFrom(data.state);
    const known = view.projects.map((p) => p.id).join();
    site.follow(
      workspace.stream,
      workspace.seq,
      (events) => {
        view = events.reduce(foldWorkspace, view);
        if (view.projects.map((p) => p.id).join() !== known) document.getElementById("stale")?.removeAttribute("hidden");
      },
      () => location.reload(),
    );
  }
  data.base.forEach(showBase);
  if (data.base.some((image) => image.state === "making")) {
    new Stream("site", {
      onEvents: (events) => {
        for (const event of events) if (event.type === "site.image") showBase(event.data.image);
      },
    });
  }
}

showAges();
void start();
