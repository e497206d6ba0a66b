import type { Clock } from './clock.ts';
import { type Markup, markup } from './html.ts';

/** A colour as the APIs give it: `#` and hexadecimal digits. */
export const isColor = (text: string): boolean => /^#[0-9a-f]{3,8}$/i.test(text);

/** A dot in the label's colour, and its name. */
export const labelMark = ({ name, color }: { name: string; color: string }): Markup =>
  markup`<svg class="dot" viewBox="0 0 14 14" aria-hidden="true"><circle cx="7" cy="7" r="5" fill="${isColor(color) ? color : '#888888'}"/></svg><span class="name">${name}</span>`;

const UNITS: [seconds: number, unit: string][] = [
  [86_400, 'd'],
  [3600, 'h'],
  [60, 'min'],
];

/** How long ago an ISO time was, by the stand-in's clock. */
export const ago = (clock: Clock, iso: string): Markup => {
  const seconds = Math.max(0, (clock.now() - Date.parse(iso)) / 1000);
  const unit = UNITS.find(([length]) => seconds >= length);
  const text = unit ? `${Math.floor(seconds / unit[0])} ${unit[1]} ago` : 'just now';
  return markup`<time class="when" datetime="${iso}" title="${iso}">${text}</time>`;
};
