/** How a person looks through the flags: nothing that the site or the cookie knows of. */
export interface Browsing {
  readonly search: string;
  /** How many rows are drawn; more are drawn as the reader scrolls. */
  readonly drawn: number;
}

// A screenful and more: what can be seen at once is there at once, and a hostile list stays harmless.
const PORTION = 40;

/** Where everybody starts. */
export const FIRST_LOOK: Browsing = { search: '', drawn: PORTION };

/** A new search starts at the top. */
export function searching(search: string): Browsing {
  return { search, drawn: PORTION };
}

/** The next portion of rows. */
export function readingOn(browsing: Browsing): Browsing {
  return { ...browsing, drawn: browsing.drawn + PORTION };
}
