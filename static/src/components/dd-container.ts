// One container: how it is in words, what it writes, and what can be done with it.
import { css, html, LitElement, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { LogBook } from "../stores/log";
import type { ContainerSummary } from "../wire";
import { commandText, memory, moment } from "./format";
import { icons } from "./icons";
import { shared, tell } from "./shared";
import "./dd-log";

export type Verb = "start" | "stop" | "restart" | "remove" | "keep";

const BUSY = new Set<ContainerSummary["state"]>(["creating", "starting", "stopping", "restarting", "removing"]);

/** What one may ask of a container in *state*. */
export function verbs(state: ContainerSummary["state"]): Verb[] {
  if (state === "running" || state === "restarting") return ["stop", "restart", "remove"];
  if (state === "exited" || state === "failed") return ["start", "remove"];
  if (state === "creating" || state === "starting") return ["stop", "remove"];
  if (state === "stopping") return ["remove"];
  return [];
}

const STOPPED = 143;

/** The program ended badly. What was asked to stop, and did, did well. */
const bad = (c: ContainerSummary): boolean => c.state === "failed" || (c.state === "exited" && c.exit_code !== 0 && c.exit_code !== STOPPED);

/** The mark of a container's tab. */
export const markOf = (c: ContainerSummary): "live" | "bad" | "" => (c.state === "running" ? "live" : bad(c) ? "bad" : "");

const TITLE: Record<Verb, string> = {
  start: "Starts this same container once more; Run makes a new one",
  stop: "Asks the program to end, and ends it if it does not",
  restart: "Stops it and starts it again",
  remove: "Takes the container and its output away; its image stays",
  keep: "It is not removed for having been unused",
};
const LABEL: Record<Verb, string> = { start: "Start again", stop: "Stop", restart: "Restart", remove: "Remove", keep: "Keep it" };
const ICON: Record<Verb, unknown> = { start: icons.play, stop: icons.stop, restart: icons.restart, remove: icons.bin, keep: icons.tick };

@customElement("dd-container")
export class DdContainer extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
      }
      header {
        flex: none;
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 6px 12px;
        padding: 10px 16px;
        min-height: 56px;
      }
      .state {
        font-weight: 600;
      }
      .state svg,
      .state i {
        margin-right: 7px;
      }
      .state svg {
        vertical-align: -3px;
      }
      i {
        display: inline-block;
        width: 10px;
        height: 10px;
        border-radius: 50%;
        border: 2px solid var(--muted);
      }
      .state svg {
        color: var(--ok);
      }
      .running i {
        background: var(--ok);
        border-color: var(--ok);
      }
      .bad i {
        background: var(--danger);
        border-color: var(--danger);
        border-radius: 1px;
        transform: rotate(45deg);
      }
      .busy i {
        border-color: var(--accent);
        border-right-color: transparent;
        animation: turn 0.9s linear infinite;
      }
      @keyframes turn {
        to {
          transform: rotate(360deg);
        }
      }
      .text {
        flex: 1;
        min-width: 180px;
      }
      .text p {
        margin: 0;
        font-size: 13.5px;
        line-height: 1.4;
      }
      .text .muted {
        font-size: 12.5px;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .code {
        font-weight: 600;
      }
      nav {
        display: flex;
        gap: 6px;
        flex-wrap: wrap;
      }
      dd-log {
        flex: 1;
        min-height: 160px;
      }
    `,
  ];

  @property({ attribute: false }) container: ContainerSummary | null = null;
  @property({ attribute: false }) book: LogBook | null = null;
  @property({ type: Number }) end = 0;

  protected override render() {
    const c = this.container;
    if (!c) return nothing;
    const cls = c.state === "running" ? "running" : bad(c) ? "bad" : BUSY.has(c.state) ? "busy" : "";
    return html`
      <header>
        <div class="text">
          <p>
            <span class="state ${cls}">${c.state === "exited" && c.exit_code === 0 ? icons.tick : html`<i aria-hidden="true"></i>`}${c.state}</span>
            ${c.exit_code !== null ? html` · <span class="code num">exit code ${c.exit_code}</span>` : nothing}
            ${c.state === "running" ? " · until it ends by itself or you stop it" : c.sentence ? html` · ${c.sentence}` : nothing}
          </p>
          ${c.going_at
            ? html`<p class="going">
                Removed on ${moment(c.going_at)} unless you use it: nobody has for long.
                <button aria-label=${`Keep ${c.name}`} @click=${() => tell(this, "dd-container", { id: c.id, verb: "keep" })}>Keep it</button>
              </p>`
            : nothing}
          <p class="muted" title=${commandText(c.command)}><span class="mono">${commandText(c.command) || "the image's own command"}</span> · ${memory(c.memory)} memory, ${c.cpus} CPU</p>
        </div>
        <nav aria-label=${`Actions on ${c.name}`}>
          ${verbs(c.state).map(
            (verb) => html`<button title=${TITLE[verb]} @click=${() => tell(this, "dd-container", { id: c.id, verb })}>${ICON[verb]} ${LABEL[verb]}</button>`,
          )}
        </nav>
      </header>
      <dd-log .book=${this.book} .end=${this.end} label=${`Output of ${c.name}`} empty=${this.#empty(c)}>
        <span>Output of ${c.name}</span>
      </dd-log>
    `;
  }

  #empty(c: ContainerSummary): string {
    if (BUSY.has(c.state)) return "Starting…";
    return c.state === "running" ? "It runs and has written nothing yet." : "It wrote nothing.";
  }
}
