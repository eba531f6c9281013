import type { FlagDefinitions } from './flag.ts';
import type { Gate } from './gate.ts';

/**
 * `gate` for templates: the same answers from functions of its own that need no `this`.
 * Handlebars calls no method that it finds on a prototype, and hands its helpers another `this`.
 */
export function boundGate<Flags extends FlagDefinitions>(gate: Gate<Flags>): Gate<Flags> {
  return {
    ff: (flag, variant) => gate.ff(flag, variant),
    featureFlag: (flag, variant) => gate.ff(flag, variant),
    ffVariant: (flag, options) => gate.ffVariant(flag, options),
    getFeatureFlagVariant: (flag, options) => gate.ffVariant(flag, options),
    explain: (flag) => gate.explain(flag),
    mayOverride: () => gate.mayOverride(),
    withoutOverrides: (ask) => gate.withoutOverrides(ask),
    asked: () => gate.asked(),
    isOverridden: () => gate.isOverridden(),
    browserOverrides: () => gate.browserOverrides(),
    setBrowserOverrideVariant: (flag, variant) => gate.setBrowserOverrideVariant(flag, variant),
  };
}
