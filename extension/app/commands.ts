/** What a key asks for. */
export type Command =
  | { readonly kind: 'search' | 'reload' | 'help' | 'back' }
  | { readonly kind: 'move'; readonly by: 1 | -1 }
  /** The variant at a place in the flag's list; 0 is "No override". */
  | { readonly kind: 'choose'; readonly place: number }
  /** The next or the previous variant, with a reload. */
  | { readonly kind: 'walk'; readonly by: 1 | -1 };

/** Where the keyboard is: in the search field, in another field, on a flag, or nowhere in particular. */
export type KeyPlace = 'search' | 'field' | 'flag' | 'elsewhere';

export interface Key {
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/** The command of a key pressed at some place; `undefined` where the key means what it always does. */
export function commandOf(pressed: Key, place: KeyPlace): Command | undefined {
  const { key } = pressed;
  if (place === 'field' || isWithModifier(pressed)) return undefined;
  if (key === 'Escape') return { kind: 'back' };
  const by = MOVES.get(key);
  if (by !== undefined) return { kind: 'move', by };
  if (place === 'search') return undefined;
  return COMMANDS.get(key) ?? (place === 'flag' ? flagCommand(key) : undefined);
}

// Such combinations are the browser's; but many keyboards have a bracket only with Option, or with AltGr, which
// Windows reports as Control and Alt.
function isWithModifier({ key, altKey, ctrlKey, metaKey }: Key): boolean {
  const isSymbol = /^[^a-z0-9]$/i.test(key);
  return metaKey || (isSymbol ? ctrlKey && !altKey : ctrlKey || altKey);
}

const MOVES: ReadonlyMap<string, 1 | -1> = new Map([
  ['ArrowDown', 1],
  ['ArrowUp', -1],
]);

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ['/', { kind: 'search' }],
  ['r', { kind: 'reload' }],
  ['?', { kind: 'help' }],
]);

function flagCommand(key: string): Command | undefined {
  if (/^\d$/.test(key)) return { kind: 'choose', place: Number(key) };
  if (key === '[') return { kind: 'walk', by: -1 };
  return key === ']' ? { kind: 'walk', by: 1 } : undefined;
}
