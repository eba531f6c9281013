import { expect, test } from 'vitest';
import type { Measure } from '../../scripts/soak/measure.ts';
import { traffic } from '../../scripts/soak/traffic.ts';
import { growthOf, loadVerdict, soakVerdict } from '../../scripts/soak/verdict.ts';

const CALM: Measure = {
  rss: 100,
  heap: 10,
  delay: 1,
  delayEver: 1,
  exceptions: 0,
  rejections: 0,
  serverErrors: 0,
  spoiltPages: 0,
};
const HALF_AN_HOUR = Array.from({ length: 30 }, () => CALM);

test('one request in five is hostile', () => {
  const requests = traffic();

  expect(requests.length % 5).toBe(0);
  expect(requests.length).toBeGreaterThan(1_000);
});

test('memory growth is measured from the sixth minute on, and one outlier does not change it', () => {
  const start = [500, 400, 300, 200, 150];

  expect(growthOf([...start, 100, 100, 900, 100, 100, 107, 107, 107, 1, 107])).toBe(7);
  expect(growthOf([...start, 100, 100, 100])).toBeUndefined();
});

test.each([
  { fault: {}, lost: 0, isGood: true },
  { fault: { rss: 111 }, lost: 0, isGood: false },
  { fault: { delayEver: 20 }, lost: 0, isGood: false },
  { fault: { exceptions: 1 }, lost: 0, isGood: false },
  { fault: { rejections: 1 }, lost: 0, isGood: false },
  { fault: { serverErrors: 1 }, lost: 0, isGood: false },
  { fault: { spoiltPages: 1 }, lost: 0, isGood: false },
  { fault: {}, lost: 1, isGood: false },
])('the verdict on a soak with $fault and $lost lost requests is good: $isGood', ({ fault, lost, isGood }) => {
  const measures = [...HALF_AN_HOUR.slice(5), ...HALF_AN_HOUR.slice(25).map((one) => ({ ...one, ...fault }))];

  expect(soakVerdict(measures, lost).isGood).toBe(isGood);
});

test('the verdict on a run with a number of requests ignores memory and delay', () => {
  expect(loadVerdict([{ ...CALM, rss: 1_000, delayEver: 500 }], 0).isGood).toBe(true);
  expect(loadVerdict([{ ...CALM, exceptions: 1 }], 0).isGood).toBe(false);
  expect(loadVerdict([], 0).isGood).toBe(false);
});
