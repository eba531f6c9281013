import { FlagdCore } from '@openfeature/flagd-core';
import { rulesDocument } from './rules-document.mjs';

/** flagd's in-process evaluation, with the same rules document as ours. */
export async function open(work) {
  const core = new FlagdCore();
  core.setConfigurations(JSON.stringify(rulesDocument(work)));
  return { decide: (flag, user) => core.resolveBooleanEvaluation(flag, false, { targetingKey: user }).value };
}
