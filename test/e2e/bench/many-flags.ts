import { manifestText } from '../sites/stub-sites.ts';

/** The manifest of a site with so many flags, as large as five thousand of them may be in a MiB. */
export function manyFlags(count: number): string {
  const flags = Array.from({ length: count }, (_, at) => ({
    name: `FLAG_${at}`,
    description: `Whether part ${at} works as it will`,
    variants: ['ON', 'OFF', 'HALF'],
    current: 'OFF',
    source: 'default',
    owner: 'web-team',
    tags: ['checkout'],
  }));
  return manifestText({ flags });
}
