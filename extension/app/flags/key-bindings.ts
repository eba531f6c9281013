import type { Session } from '../session/session.ts';
import type { BrowsingStore } from './browsing-store.ts';

/** A command of the keyboard. */
export type KeyCommand =
  | { readonly kind: 'search' | 'reload' | 'help' | 'back' }
  | { readonly kind: 'move'; readonly by: 1 | -1 }
  /** Chooses the variant at a position in the flag's list; 0 is "Site’s choice". */
  | { readonly kind: 'choose'; readonly place: number }
  /** Chooses the next or the previous variant, and reloads the page. */
  | { readonly kind: 'cycle'; readonly by: 1 | -1 };

/** Which element has the focus: the search field, another field, a flag, or anything else. */
export type KeyContext = 'search' | 'field' | 'flag' | 'elsewhere';

interface KeyPress {
  readonly key: string;
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
}

/** The command for a key press; `undefined` if the browser handles the key. */
export function commandForKey(pressed: KeyPress, context: KeyContext): KeyCommand | undefined {
  const { key } = pressed;
  if (context === 'field' || hasModifier(pressed)) return undefined;
  if (key === 'Escape') return { kind: 'back' };
  const by = ARROW_KEYS.get(key);
  if (by !== undefined) return { kind: 'move', by };
  if (context === 'search') return undefined;
  return KEY_BINDINGS.get(key) ?? (context === 'flag' ? flagCommand(key) : undefined);
}

// The browser uses combinations with modifiers. But many keyboards need Option for a bracket, or AltGr, which Windows
// reports as Control and Alt.
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
  if (key === '[') return { kind: 'cycle', by: -1 };
  return key === ']' ? { kind: 'cycle', by: 1 } : undefined;
}

/**
 * Overrides a flag with its next or previous variant, marks the variant as shown and reloads the page. Resolves to
 * whether the extension still has access to the page.
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
  if (now.kind !== 'ready' || now.stored.variants.get(name) !== variant) return true; // the popup shows why
  for (const shown of [from, variant]) if (shown !== undefined) browsing.markVisited(name, shown);
  return session.reload();
}

/** The variant after or before `from`; the last is followed by the first. */
export function nextVariant(variants: readonly string[], from: string | undefined, by: 1 | -1): string {
  const at = variants.indexOf(from ?? '');
  const start = by === 1 ? -1 : 0;
  const next = ((at === -1 ? start : at) + by + variants.length) % variants.length;
  return variants[next] ?? '';
}
