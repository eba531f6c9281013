import type { Session } from '../session/session.ts';
import type { BrowsingStore } from './browsing-store.ts';

/** What a key asks for. */
export type KeyCommand =
  | { readonly kind: 'search' | 'reload' | 'help' | 'back' }
  | { readonly kind: 'move'; readonly by: 1 | -1 }
  /** The variant at a place in the flag's list; 0 is "No override". */
  | { readonly kind: 'choose'; readonly place: number }
  /** The next or the previous variant, with a reload. */
  | { readonly kind: 'walk'; readonly by: 1 | -1 };

/** Where the keyboard is: in the search field, in another field, on a flag, or nowhere in particular. */
export type KeyContext = 'search' | 'field' | 'flag' | 'elsewhere';

export interface KeyPress {
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/** The command of a key pressed at some place; `undefined` where the key means what it always does. */
export function commandForKey(pressed: KeyPress, context: KeyContext): KeyCommand | undefined {
  const { key } = pressed;
  if (context === 'field' || hasModifier(pressed)) return undefined;
  if (key === 'Escape') return { kind: 'back' };
  const by = ARROW_KEYS.get(key);
  if (by !== undefined) return { kind: 'move', by };
  if (context === 'search') return undefined;
  return KEY_BINDINGS.get(key) ?? (context === 'flag' ? flagCommand(key) : undefined);
}

// Such combinations are the browser's; but many keyboards have a bracket only with Option, or with AltGr, which
// Windows reports as Control and Alt.
function hasModifier({ key, altKey, ctrlKey, metaKey }: KeyPress): boolean {
  const isSymbol = /^[^a-z0-9]$/i.test(key);
  return metaKey || (isSymbol ? ctrlKey && !altKey : ctrlKey || altKey);
}

const ARROW_KEYS: ReadonlyMap<string, 1 | -1> = new Map([
  ['ArrowDown', 1],
  ['ArrowUp', -1],
]);

const KEY_BINDINGS: ReadonlyMap<string, KeyCommand> = new Map([
  ['/', { kind: 'search' }],
  ['r', { kind: 'reload' }],
  ['?', { kind: 'help' }],
]);

function flagCommand(key: string): KeyCommand | undefined {
  if (/^\d$/.test(key)) return { kind: 'choose', place: Number(key) };
  if (key === '[') return { kind: 'walk', by: -1 };
  return key === ']' ? { kind: 'walk', by: 1 } : undefined;
}

/**
 * Shows the page with the next variant of a flag, or the previous one, and marks it as shown. Resolves to whether the
 * popup can go on, or has lost its permission with the old page.
 */
export async function cycleVariant(
  session: Session,
  browsing: BrowsingStore,
  name: string,
  by: 1 | -1,
): Promise<boolean> {
  const { state } = session;
  const flag = state.kind === 'ready' ? state.manifest.flags.find((one) => one.name === name) : undefined;
  if (state.kind !== 'ready' || state.manifest.overrides.state !== 'enabled' || flag?.overridable !== true) return true;
  const from = state.stored.variants.get(name) ?? flag.current;
  const variant = nextVariant(flag.variants, from, by);
  await session.choose(name, variant);
  const now = session.state;
  if (now.kind !== 'ready' || now.stored.variants.get(name) !== variant) return true; // the popup says why
  for (const shown of [from, variant]) if (shown !== undefined) browsing.markVisited(name, shown);
  return session.reload();
}

/** The variant to walk to, round and round. */
export function nextVariant(variants: readonly string[], from: string | undefined, by: 1 | -1): string {
  const at = variants.indexOf(from ?? '');
  const start = by === 1 ? -1 : 0;
  const next = ((at === -1 ? start : at) + by + variants.length) % variants.length;
  return variants[next] ?? '';
}
