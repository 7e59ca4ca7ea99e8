// Styles every component uses: the reset, buttons, fields, small text. Colours come from the page's custom properties.
import { css } from "lit";

export const shared = css`
  :host {
    box-sizing: border-box;
    color: var(--ink);
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  .vh {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  :focus-visible {
    outline: 2px solid var(--accent);
    outline-offset: 2px;
    border-radius: 6px;
  }
  button {
    font: 500 13px/1.2 var(--sans);
    color: var(--ink);
    background: var(--card);
    border: 1px solid var(--line);
    border-radius: 9px;
    min-height: 32px;
    padding: 5px 12px;
    cursor: pointer;
    display: inline-flex;
    align-items: center;
    justify-content: center;
    gap: 7px;
    white-space: nowrap;
  }
  button:hover {
    background: var(--hover);
  }
  button:disabled {
    color: var(--muted);
    cursor: default;
    background: var(--track);
  }
  button.primary {
    background: var(--button);
    border-color: var(--button);
    color: var(--button-ink);
    font-weight: 600;
  }
  button.primary:hover {
    background: var(--button-hover);
  }
  button.primary:disabled {
    background: var(--track);
    border-color: var(--track);
    color: var(--muted);
  }
  button.danger {
    background: var(--danger-button);
    border-color: var(--danger-button);
    color: #fff;
    font-weight: 600;
  }
  button.bare {
    border-color: transparent;
    background: none;
    padding: 4px 7px;
    min-height: 28px;
    color: var(--muted);
  }
  button.bare:hover {
    background: var(--hover);
    color: var(--ink);
  }
  button.link {
    border: 0;
    background: none;
    padding: 0;
    min-height: 0;
    color: var(--accent);
    text-decoration: underline;
    text-underline-offset: 2px;
    font-size: inherit;
  }
  button svg {
    flex: none;
  }
  kbd {
    font: 500 11px var(--mono);
    opacity: 0.9;
  }
  input,
  select,
  textarea {
    font: 13.5px/1.3 var(--sans);
    color: var(--ink);
    background: var(--card);
    border: 1px solid var(--field);
    border-radius: 9px;
    min-height: 34px;
    padding: 6px 10px;
    min-width: 0;
  }
  input[type="checkbox"] {
    min-height: 0;
    width: 16px;
    height: 16px;
    margin: 0;
    accent-color: var(--button);
  }
  input.mono,
  .mono {
    font-family: var(--mono);
    font-size: 12.5px;
    font-variant-ligatures: none;
  }
  ::placeholder {
    color: var(--muted);
    opacity: 1;
  }
  h2,
  h3 {
    font-size: 14px;
    font-weight: 600;
    line-height: 1.3;
    margin: 0;
  }
  .muted {
    color: var(--muted);
  }
  .num {
    font-variant-numeric: tabular-nums;
  }
  .panel {
    background: var(--card);
    border: 1px solid var(--line);
    border-radius: 14px;
    padding: 12px 16px;
  }
  .panel > header {
    display: flex;
    gap: 10px;
    align-items: baseline;
    margin-bottom: 10px;
  }
  .panel > header .muted {
    font-size: 12px;
  }
  .empty {
    color: var(--muted);
    font-size: 13.5px;
    padding: 18px 4px;
  }
  @media (prefers-reduced-motion: reduce) {
    *,
    *::before,
    *::after {
      animation: none !important;
      transition: none !important;
    }
  }
`;

/** A typed event that leaves the component's shadow root. */
export function tell<T>(from: EventTarget, type: string, detail: T): void {
  from.dispatchEvent(new CustomEvent<T>(type, { detail, bubbles: true, composed: true }));
}
