/** What became of one flag. */
export interface Change {
  readonly kind: 'added' | 'removed' | 'changed';
  readonly flag: string;
  readonly text: string;
}

/** Which flags differ between two documents, by name; what cannot be read counts as no flags. */
export function changesBetween(before: string, after: string): readonly Change[] {
  const [old, now] = [flagsIn(before), flagsIn(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])].sort();
  return names.flatMap((flag) => {
    if (old.get(flag) === now.get(flag)) return [];
    const kind = old.has(flag) ? (now.has(flag) ? 'changed' : 'removed') : 'added';
    return [{ kind, flag, text: `${SIGNS[kind]} ${flag}` }];
  });
}

const SIGNS = { added: '+', removed: '-', changed: '~' } as const;

function flagsIn(text: string): ReadonlyMap<string, string> {
  try {
    const { flags } = JSON.parse(text) as { readonly flags: object };
    return new Map(Object.entries(flags).map(([name, flag]) => [name, JSON.stringify(flag)]));
  } catch {
    return new Map();
  }
}
