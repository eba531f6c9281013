import { expect, test } from 'vitest';
import type { Ready } from '../../../../extension/app/session/session-state.ts';
import { readProposal } from '../../../../extension/app/sharing/share-link.ts';
import { readyState } from '../../ui/popup/states.ts';

function siteAt(hash: string, stored: Readonly<Record<string, unknown>> = {}): Ready {
  const state = readyState(stored);
  return { ...state, record: { ...state.record, href: `https://shop.example/${hash}` } };
}

test('a page without such a fragment proposes nothing', () => {
  expect(readProposal(siteAt(''))).toBeUndefined();
  expect(readProposal(siteAt('#top'))).toBeUndefined();
});

test('a page proposes the entries of its fragment, with values of any type', () => {
  expect(readProposal(siteAt('#gatekeeper={"CHECKOUT":"ONE_PAGE","GONE":7}'))).toEqual({
    kind: 'overrides',
    proposed: new Map<string, unknown>([
      ['CHECKOUT', 'ONE_PAGE'],
      ['GONE', 7],
    ]),
  });
});

test.each([
  // fragment                               already set             has a proposal
  ['#gatekeeper={"CHECKOUT":"ONE_PAGE"}', { CHECKOUT: 'ONE_PAGE' }, false],
  ['#gatekeeper={"CHECKOUT":"ONE_PAGE"}', { CHECKOUT: 'CLASSIC' }, true],
  ['#gatekeeper={"CHECKOUT":"ONE_PAGE","SEARCH":"FUZZY"}', { CHECKOUT: 'ONE_PAGE' }, true],
  ['#gatekeeper={"CHECKOUT":"ONE_PAGE","GONE":"ON"}', { CHECKOUT: 'ONE_PAGE' }, false],
  ['#gatekeeper={"GONE":"ON"}', {}, true],
  ['#gatekeeper={}', {}, false],
])('with %s over %j, there is a proposal: %j', (hash, stored, proposes) => {
  expect(readProposal(siteAt(hash, stored)) !== undefined).toBe(proposes);
});

test.each([
  // fragment                       problem
  ['#gatekeeper=', 'malformed'],
  ['#gatekeeper=[1]', 'malformed'],
  ['#gatekeeper=%ff', 'malformed'],
  [`#gatekeeper={"A":"${'x'.repeat(4_096)}"}`, 'too-large'],
])('%s cannot be read: %s', (hash, problem) => {
  expect(readProposal(siteAt(hash))).toEqual({ kind: 'unreadable', problem });
});
