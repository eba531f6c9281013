/** The flags in code, named F0, F1 and so on, with two variants each. */
export function flagsOf(count: number): Record<string, { variants: ['ON', 'OFF']; default: 'OFF' }> {
  return Object.fromEntries(names(count).map((name) => [name, { variants: ['ON', 'OFF'], default: 'OFF' } as const]));
}

/** A rules document with a condition and a split for each flag; each `version` gives a different document. */
export function documentOf(count: number, version: number): string {
  const flag = {
    state: 'ENABLED',
    variants: { ON: 'ON', OFF: 'OFF' },
    defaultVariant: 'OFF',
    targeting: {
      if: [
        { in: [{ var: 'country' }, ['DE', 'NL']] },
        {
          fractional: [
            ['ON', 20],
            ['OFF', 80],
          ],
        },
        null,
      ],
    },
  };
  const flags = Object.fromEntries(names(count).map((name) => [name, flag]));
  return JSON.stringify({ flags, metadata: { version: String(version) } }, undefined, 2);
}

function names(count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `F${at}`);
}
