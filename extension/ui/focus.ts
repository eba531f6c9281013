import type { View } from '../app/browsing.ts';

/** Puts the focus where a person goes on after a view has come, or has gone again. */
export function focusView(document: Document, from: View, to: View): void {
  const selector = to === 'flags' ? `[data-view="${from}"]` : '.view h2';
  document.querySelector<HTMLElement>(selector)?.focus();
}

/** Puts the focus on what one does after many overrides have changed. */
export function focusReload(document: Document): void {
  document.querySelector<HTMLElement>('footer > button:last-of-type')?.focus();
}
