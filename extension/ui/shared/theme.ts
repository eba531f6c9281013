import { THEMES, type Theme } from '../../app/settings/settings.ts';

const KEY = 'theme';

/** Applies a theme to this page, and stores it for `applyLastTheme`. */
export function applyTheme(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // If the browser blocks storage, the next page gets its theme a moment later, with the settings.
  }
}

/** Applies the last theme before the first paint, because the settings load too late for it. */
export function applyLastTheme(): void {
  try {
    const last = localStorage.getItem(KEY);
    if (THEMES.some((theme) => theme === last)) document.documentElement.dataset.theme = last ?? undefined;
  } catch {
    // Without storage, the page uses the system's theme.
  }
}
