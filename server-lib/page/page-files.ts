import { readdirSync, readFileSync } from 'node:fs';

// The package has the files in this module: scripts/release/build-lib.mjs puts them here. From the sources, they are read from
// where the build has left them.
const folder = new URL('../../dist/page/', import.meta.url);

/** The files of the override page, by name. */
export const PAGE_FILES: Readonly<Record<string, string>> = Object.fromEntries(
  readdirSync(folder).map((name) => [name, readFileSync(new URL(name, folder), 'utf8')]),
);
