import { trace } from '@opentelemetry/api';
import type { Exposure } from './core/request/exposures.ts';

/**
 * An `onEvaluate` hook that adds each exposure to the active span as a `feature_flag.evaluation` event, with the attributes
 * of OpenTelemetry's semantic conventions for feature flags.
 */
export function evaluationEvents(): (exposure: Exposure) => void {
  return function addEvaluationEvent({ flag, variant, reason, errorCode, userId, visitorId, revision }) {
    const targetingKey = userId ?? visitorId;
    trace.getActiveSpan()?.addEvent('feature_flag.evaluation', {
      'feature_flag.key': flag,
      'feature_flag.provider.name': 'gatekeeper-flags',
      'feature_flag.result.variant': variant,
      'feature_flag.result.reason': reason.toLowerCase(),
      ...(targetingKey === undefined ? {} : { 'feature_flag.context.id': targetingKey }),
      ...(revision === undefined ? {} : { 'feature_flag.version': revision }),
      ...(errorCode === undefined ? {} : { 'error.type': errorCode.toLowerCase() }),
    });
  };
}
