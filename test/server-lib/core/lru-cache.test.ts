import { expect, test } from 'vitest';
import { LruCache } from '../../../server-lib/core/lru-cache.ts';

test('a stored value is found under its key only', () => {
  const recent = new LruCache<number>(2);

  recent.set('a', 1);

  expect(recent.get('a')).toBe(1);
  expect(recent.get('b')).toBeUndefined();
  expect(recent.get('__proto__')).toBeUndefined();
});

test('above the limit, the least recently used value is dropped', () => {
  const recent = new LruCache<number>(2);

  recent.set('a', 1);
  recent.set('b', 2);
  recent.get('a');
  recent.set('c', 3);

  expect(['a', 'b', 'c'].map((key) => recent.get(key))).toEqual([1, undefined, 3]);
});

test('storing an existing key again drops no value', () => {
  const recent = new LruCache<number>(2);

  recent.set('a', 1);
  recent.set('b', 2);
  recent.set('b', 3);

  expect(['a', 'b'].map((key) => recent.get(key))).toEqual([1, 3]);
});

test('it never contains more values than its limit', () => {
  const recent = new LruCache<number>(10);
  const keys = Array.from({ length: 1_000 }, (_, at) => `key ${at}`);

  for (const [at, key] of keys.entries()) recent.set(key, at);

  expect(keys.filter((key) => recent.get(key) !== undefined)).toEqual(keys.slice(-10));
});

test('long keys that differ in one character are different keys', () => {
  const recent = new LruCache<number>(3);
  const long = 'x'.repeat(12_000);

  recent.set(`${long}a`, 1);
  recent.set(`${long}b`, 2);

  expect([`${long}a`, `${long}b`, `${long}c`].map((key) => recent.get(key))).toEqual([1, 2, undefined]);
});
