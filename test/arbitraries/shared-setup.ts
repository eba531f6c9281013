import fc from 'fast-check';
import type { SharedSetup } from '../../extension/app/sharing/export-formats.ts';

const awkward = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 10 }),
  fc.string({ unit: fc.constantFrom("'", '"', '`', '$', '\\', '\n', ';', '(', ')', '!', '-', '*', '%', ' ', '#') }),
);

/** A page's URL and overrides with characters that end every kind of quotation. */
export const awkwardSetup: fc.Arbitrary<SharedSetup> = fc.record({
  href: fc
    .tuple(fc.constantFrom('http://localhost:3000/', 'https://shop.example/'), awkward, awkward, awkward)
    .map(([origin, path, query, hash]) => new URL(`${origin}${path}?${query}#${hash}`).href)
    .filter((href) => /^https?:\/\/(localhost:3000|shop\.example)\//.test(href)),
  cookie: fc.constantFrom('gatekeeper', '__Host-gatekeeper', 'gatekeeper-x'),
  overrides: fc.dictionary(awkward, awkward, { maxKeys: 4 }).map((record) => new Map(Object.entries(record))),
});
