import { GatekeeperError } from '../../core/errors.ts';
import { type CompiledFlag, knownReason } from '../../core/flags/compiled-flag.ts';
import type { Evaluation, FlagDefinitions, FlagName } from '../../core/flags/flag.ts';
import { evaluateProvided, type ProvidedEvaluation } from '../../core/flags/provided-flags.ts';
import type { KeeperState } from '../../core/keeper-state.ts';
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
  return { flags: flags.flatMap((name) => previewOf(gate as RequestGate, name) ?? []) };
}

/** The evaluation of one flag for a client of OFREP; `undefined` if it is hidden or does not exist. */
function previewOf(gate: RequestGate, name: string): OfrepFlag | undefined {
  const evaluation = gate.preview(name);
  return evaluation && ofrepFlag(evaluation);
}

/** The evaluations of `flags`, by another library where it evaluates in place of the keeper. */
export async function evaluateForClient(
  { flags, providers }: Pick<KeeperState, 'flags' | 'providers'>,
  gate: RequestGate,
  { names, isCaller }: { readonly names: readonly string[]; readonly isCaller: boolean },
): Promise<readonly OfrepFlag[]> {
  const compiled = names.flatMap((name) => flags.get(name) ?? []);
  const isProvided = providers.size > 0;
  const provided = isProvided
    ? await evaluateProvided(providers, compiled, { gate, ...gate.userContext(), isCaller })
    : undefined;
  const { applied } = gate.overrides();
  return compiled.flatMap((flag) => {
    const evaluation = applied.has(flag.name) ? undefined : provided?.get(flag.name);
    return (evaluation === undefined ? previewOf(gate, flag.name) : providedFlag(flag, evaluation)) ?? [];
  });
}

function providedFlag(flag: CompiledFlag, { variant, value, reason, errorCode }: ProvidedEvaluation): OfrepFlag {
  if (errorCode !== undefined || reason === 'ERROR') return failed(flag.name);
  if (variant !== undefined) return ofrepFlag(flag.providedEvaluation(variant, reason, value));
  return { key: flag.name, reason: knownReason(reason), ...(value !== undefined && { value }) };
}

function ofrepFlag({ flag, variant, value, source, reason }: Evaluation): OfrepFlag {
  if (reason === 'ERROR') return failed(flag);
  if (reason === 'DISABLED') return { key: flag, reason }; // OpenFeature: the default in the client's code
  const metadata = source === 'override' ? { metadata: { overridden: true } as const } : undefined;
  return { key: flag, value, variant, reason, ...metadata };
}

// `onError` has the details, which may concern the site only.
function failed(key: string): OfrepFlag {
  return { key, errorCode: 'GENERAL', errorDetails: 'The flag could not be evaluated' };
}

function ofrepError(what: string): GatekeeperError {
  return new GatekeeperError('ERR_GK_OPTIONS', `ofrepDocument: ${what}`);
}
