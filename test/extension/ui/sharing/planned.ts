import type { DrawnPopup } from '../popup/drawn-popup.tsx';

/** The lines of a preview, one per flag. */
export function planned({ main }: DrawnPopup): readonly string[] {
  return [...main.querySelectorAll('[data-change]')].map(({ textContent }) => textContent ?? '');
}
