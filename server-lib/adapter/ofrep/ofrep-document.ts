import { GatekeeperError } from '../../core/errors.ts';
import type { Evaluation, FlagDefinitions, FlagName } from '../../core/flags/flag.ts';
import type { Gate } from '../../core/request/gate.ts';
import type { RequestGate } from '../../core/request/request-gate.ts';
import { quoted } from '../../core/values.ts';
import type { OfrepDocument, OfrepFlag } from '../../wire/ofrep.ts';

/**
 * The evaluations of `flags` on this request, as a client of OFREP receives them, for a page that the server renders. Hidden flags
 * are left out. No evaluation counts as an exposure, and `Server-Timing` names none, because the client may use them or not.
 */
export function ofrepDocument<Flags extends FlagDefinitions>(
  gk: Gate<Flags>,
  flags: readonly FlagName<Flags>[],
): OfrepDocument {
  // Checks the method, because an application may have two copies of this package.
  const gate = gk as unknown as Partial<RequestGate> | null | undefined;
  if (typeof gate?.preview !== 'function') throw ofrepError(`expected a gate, req.gk; got ${quoted(gk)}`);
  if (!Array.isArray(flags)) throw ofrepError(`expected the names of flags, ['CHECKOUT']; got ${quoted(flags)}`);
  return documentOf(gate as RequestGate, flags);
}

/** The same for names and a gate that were checked. */
export function documentOf(gate: RequestGate, flags: readonly string[]): OfrepDocument {
  return { flags: flags.flatMap((name) => previewOf(gate, name) ?? []) };
}

/** The evaluation of one flag for a client of OFREP; `undefined` if it is hidden or does not exist. */
export function previewOf(gate: RequestGate, name: string): OfrepFlag | undefined {
  const evaluation = gate.preview(name);
  return evaluation && ofrepFlag(evaluation);
}

function ofrepFlag({ flag, variant, value, source, reason }: Evaluation): OfrepFlag {
  // `onError` has the details, which may concern the site only.
  if (reason === 'ERROR') return { key: flag, errorCode: 'GENERAL', errorDetails: 'The flag could not be evaluated' };
  if (reason === 'DISABLED') return { key: flag, reason }; // OpenFeature: the default in the client's code
  const metadata = source === 'override' ? { metadata: { overridden: true } as const } : undefined;
  return { key: flag, value, variant, reason, ...metadata };
}

function ofrepError(what: string): GatekeeperError {
  return new GatekeeperError('ERR_GK_OPTIONS', `ofrepDocument: ${what}`);
}
