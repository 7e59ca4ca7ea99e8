// Light, dark, or as the system has it. Emits `dd-theme`; the page keeps the choice.
import { html, LitElement } from "lit";
import { customElement, property } from "lit/decorators.js";
import { icons } from "./icons";
import { shared, tell } from "./shared";

export type Theme = "system" | "light" | "dark";

const NEXT: Record<Theme, Theme> = { system: "light", light: "dark", dark: "system" };
const ICON = { system: icons.screen, light: icons.sun, dark: icons.moon };

@customElement("dd-theme")
export class DdTheme extends LitElement {
  static override styles = [shared];

  @property() theme: Theme = "system";

  protected override render() {
    const label = `Colours: ${this.theme}. Change to ${NEXT[this.theme]}`;
    return html`<button class="bare" aria-label=${label} title=${label} @click=${() => tell(this, "dd-theme", NEXT[this.theme])}>
      ${ICON[this.theme]}
    </button>`;
  }
}
