import type { FlagDefinitions, Gate, Gatekeeper, ManifestDocument } from '../../../server-lib/index.ts';

/** The manifest of a keeper that evaluates its flags itself: not a promise. */
export function manifestOf<Flags extends FlagDefinitions>(
  { adapter }: Gatekeeper<Flags>,
  gate: Gate<Flags>,
  options?: { readonly secure?: boolean },
): ManifestDocument {
  return adapter.manifestFor(gate, options) as ManifestDocument;
}
