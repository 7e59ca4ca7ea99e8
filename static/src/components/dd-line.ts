// How the connection to the live stream is: a form as well as a colour, and since when.
import { css, html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { clock } from "./format";
import { shared } from "./shared";

export type LineState = "idle" | "connecting" | "live" | "reconnecting" | "busy" | "ended" | "signed-out" | "not-found" | "closed";

@customElement("dd-line")
export class DdLine extends LitElement {
  static override styles = [
    shared,
    css`
      :host {
        display: inline-flex;
        align-items: center;
        gap: 8px;
        font: 13px/1.3 var(--sans);
        color: var(--muted);
        white-space: nowrap;
      }
      i {
        width: 9px;
        height: 9px;
        border-radius: 50%;
        background: var(--ok);
        flex: none;
      }
      i.wait {
        background: none;
        border: 2px solid var(--warn);
      }
      i.out {
        background: var(--danger);
        border-radius: 1px;
        transform: rotate(45deg);
      }
      @media (max-width: 640px) {
        span:not(.keep) {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
      }
    `,
  ];

  @property() state: LineState = "idle";
  /** When we last heard of the server, in milliseconds; 0: never. */
  @property({ type: Number }) heard = 0;

  protected override render() {
    const [form, words] = this.words();
    if (words === "") return null;
    return html`<i class=${form} aria-hidden="true"></i><span role="status" class=${form === "" ? "" : "keep"}>${words}</span>`;
  }

  private words(): [string, string] {
    switch (this.state) {
      case "live":
      case "ended":
        return ["", "Live"];
      case "connecting":
        return ["wait", "Connecting…"];
      case "reconnecting":
        return ["wait", this.heard ? `Reconnecting… showing ${clock(this.heard)}` : "Reconnecting…"];
      case "busy":
        return ["wait", "Too many tabs open; waiting"];
      case "signed-out":
        return ["out", "Signed out: reload"];
      case "not-found":
        return ["out", "Gone: reload"];
      default:
        return ["", ""];
    }
  }
}
