import { say } from './words.ts';

const SHOWN = 8;

/** The overrides of a preset in one line, as far as one reads them. */
export function overridesText(overrides: Readonly<Record<string, string>>): string {
  const pairs = Object.entries(overrides);
  const shown = pairs.slice(0, SHOWN).map(([flag, variant]) => `${flag} = ${variant}`);
  return [...shown, ...(pairs.length > SHOWN ? [say('andMore', pairs.length - SHOWN)] : [])].join(' · ');
}
