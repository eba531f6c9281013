import { bugReport } from './bug-report.ts';
import { curlCommand } from './export-curl.ts';
import { cypressLines } from './export-cypress.ts';
import { overridesJson } from './export-json.ts';
import { playwrightLines } from './export-playwright.ts';
import type { Ready } from './session-state.ts';
import { shareLink } from './share-link.ts';

/** The forms in which a person can take away what they see. */
export const COPIES = ['link', 'json', 'curl', 'playwright', 'cypress', 'report'] as const;
export type Copy = (typeof COPIES)[number];

/** Which programs a report is about, as they name themselves. */
export interface Programs {
  readonly browser: string;
  /** The extension's version. */
  readonly version: string;
}

/** The text that "Copy" of one form copies. */
export function copyOf(copy: Copy, { record, manifest, cookie, stored }: Ready, programs: Programs): string {
  const overrides = stored.variants;
  const setup = { href: record.href, cookie: cookie.name, overrides };
  switch (copy) {
    case 'link':
      return shareLink(record.href, overrides);
    case 'json':
      return overridesJson(overrides);
    case 'curl':
      return curlCommand(setup);
    case 'playwright':
      return playwrightLines(setup);
    case 'cypress':
      return cypressLines(setup);
    case 'report':
      return bugReport({ record, manifest, overrides, ...programs });
  }
}
