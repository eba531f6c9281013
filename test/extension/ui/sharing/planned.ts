import type { DrawnPopup } from '../popup/drawn-popup.tsx';

/** What a preview says, a line a flag. */
export function planned({ main }: DrawnPopup): readonly string[] {
  return [...main.querySelectorAll('[data-change]')].map(({ textContent }) => textContent ?? '');
}
