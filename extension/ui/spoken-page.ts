import { type Lookup, say, speakWith } from './words.ts';

/** Speaks a language on this page, and says so to whoever reads it aloud or translates it. */
export function speakOnPage(lookup: Lookup): void {
  speakWith(lookup);
  const { documentElement: page } = document;
  page.lang = say('languageTag');
  page.dir = say('direction');
}
