import { THEMES, type Theme } from '../../app/settings/settings.ts';

const KEY = 'theme';

/** Puts this page into a theme; the next page of the extension finds it before it draws anything. */
export function applyTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Where the browser keeps nothing for us, the next page wears its theme a moment later.
  }
}

/** Puts this page into the theme that was worn last: the settings are there too late for the first paint. */
export function applyLastTheme(): void {
  try {
    const last = localStorage.getItem(KEY);
    if (THEMES.some((theme) => theme === last)) document.documentElement.dataset.theme = last ?? undefined;
  } catch {
    // Nothing is remembered: the system's theme it is.
  }
}
