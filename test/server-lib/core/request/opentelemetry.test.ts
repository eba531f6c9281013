import { type Attributes, type ContextManager, context, ROOT_CONTEXT, type Span, trace } from '@opentelemetry/api';
import { afterEach, expect, test } from 'vitest';
import { createGatekeeper, type FlagDefinition } from '../../../../server-lib/index.ts';
import { evaluationEvents } from '../../../../server-lib/opentelemetry.ts';

const flags = {
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT', users: { FUZZY: ['ada'] } } satisfies FlagDefinition,
};

afterEach(() => {
  context.disable();
});

test('an exposure is an event on the active span, with the attributes of the semantic conventions', () => {
  const events = recordOnActiveSpan();
  const keeper = createGatekeeper({ flags, onEvaluate: evaluationEvents() });

  keeper.gateFor({ userId: 'ada' }).ff('SEARCH', 'FUZZY');

  expect(events).toEqual([
    [
      'feature_flag.evaluation',
      {
        'feature_flag.key': 'SEARCH',
        'feature_flag.provider.name': 'gatekeeper-flags',
        'feature_flag.result.variant': 'FUZZY',
        'feature_flag.result.reason': 'targeting_match',
        'feature_flag.context.id': 'ada',
      },
    ],
  ]);
});

test('a failed evaluation has its error type, and one by rules has their revision', () => {
  const events = recordOnActiveSpan();
  const targeting = { if: [{ '<': [{ var: 'country' }, 1] }, 'EXACT'] };
  const rules = { flags: { SEARCH: { state: 'ENABLED', variants: { EXACT: 1 }, targeting } } };
  const keeper = createGatekeeper({ flags, rules, onError: () => {}, onEvaluate: evaluationEvents() });

  keeper.gateFor({ attributes: { country: 'de' } }).ff('SEARCH', 'FUZZY');

  expect(events[0]?.[1]).toMatchObject({
    'feature_flag.result.reason': 'error',
    'error.type': 'general',
    'feature_flag.version': keeper.health().revision,
  });
});

test('without a span there is no event and no error', () => {
  const keeper = createGatekeeper({ flags, onEvaluate: evaluationEvents() });

  expect(keeper.gateFor({ userId: 'ada' }).ff('SEARCH', 'FUZZY')).toBe(true);
});

/** Sets an active span that only records its events. */
function recordOnActiveSpan(): [name: string, attributes: Attributes][] {
  const events: [string, Attributes][] = [];
  const span = { addEvent: (name: string, attributes: Attributes) => events.push([name, attributes]) };
  const active = trace.setSpan(ROOT_CONTEXT, span as unknown as Span);
  context.setGlobalContextManager({ active: () => active, disable: () => {} } as unknown as ContextManager);
  return events;
}
