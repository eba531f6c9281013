import type { TargetedKeyboardEvent } from 'preact';
import type { Evaluated } from '../app/panel-state.ts';

/** Moves from flag to flag by the arrows: left and right within a request, up and down to the next that has one. */
export function moveAmongFlags(event: TargetedKeyboardEvent<HTMLElement>): void {
  const { key, target, currentTarget: list } = event;
  if (!(target instanceof HTMLElement) || target.dataset.evaluated === undefined) return;
  const next = destination(key, list, target);
  if (next === undefined) return;
  event.preventDefault(); // the list would scroll as well
  next.focus();
  next.scrollIntoView({ block: 'nearest' });
}

function destination(key: string, list: HTMLElement, from: HTMLElement): HTMLElement | undefined {
  const rows = [...list.querySelectorAll<HTMLElement>('[data-request]')].map(flagsIn).filter((row) => row.length > 0);
  const at = rows.findIndex((row) => row.includes(from));
  const row = rows[at] ?? [];
  const place = row.indexOf(from);
  const isMirrored = document.documentElement.dir === 'rtl';
  switch (key) {
    case 'ArrowUp':
      return nearest(rows[at - 1], place);
    case 'ArrowDown':
      return nearest(rows[at + 1], place);
    case 'ArrowLeft':
      return row[place + (isMirrored ? 1 : -1)];
    case 'ArrowRight':
      return row[place + (isMirrored ? -1 : 1)];
    case 'Home':
      return rows[0]?.[0];
    case 'End':
      return rows.at(-1)?.[0];
    default:
      return undefined;
  }
}

const flagsIn = (row: HTMLElement): readonly HTMLElement[] => [
  ...row.querySelectorAll<HTMLElement>('[data-evaluated]'),
];

const nearest = (row: readonly HTMLElement[] | undefined, place: number): HTMLElement | undefined =>
  row?.[Math.min(place, row.length - 1)];

/** Puts the keyboard on a flag of the list again. */
export function moveToFlag({ id, flag }: Evaluated): void {
  const row = document.querySelector<HTMLElement>(`[data-request="${id}"]`);
  (row === null ? [] : flagsIn(row)).find(({ dataset }) => dataset.evaluated === flag)?.focus();
}

/** Puts the keyboard into the search field, unless it is there. */
export function moveToSearch(event: KeyboardEvent): void {
  const field = document.querySelector<HTMLInputElement>('input[type=search]');
  if (field === null || event.target === field) return;
  event.preventDefault();
  field.focus();
}
