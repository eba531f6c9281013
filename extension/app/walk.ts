import type { Look } from './look.ts';
import type { Session } from './session.ts';

/**
 * Shows the page with the next variant of a flag, or the previous one, and marks it as shown. Resolves to whether the
 * popup can go on, or has lost its permission with the old page.
 */
export async function walk(session: Session, look: Look, name: string, by: 1 | -1): Promise<boolean> {
  const { state } = session;
  const flag = state.kind === 'ready' ? state.manifest.flags.find((one) => one.name === name) : undefined;
  if (state.kind !== 'ready' || state.manifest.overrides.state !== 'enabled' || flag?.overridable !== true) return true;
  const from = state.stored.variants.get(name) ?? flag.current;
  const variant = variantAfter(flag.variants, from, by);
  await session.choose(name, variant);
  const now = session.state;
  if (now.kind !== 'ready' || now.stored.variants.get(name) !== variant) return true; // the popup says why
  for (const shown of [from, variant]) if (shown !== undefined) look.visit(name, shown);
  return session.reload();
}

/** The variant to walk to, round and round. */
export function variantAfter(variants: readonly string[], from: string | undefined, by: 1 | -1): string {
  const at = variants.indexOf(from ?? '');
  const start = by === 1 ? -1 : 0;
  const next = ((at === -1 ? start : at) + by + variants.length) % variants.length;
  return variants[next] ?? '';
}
