import { expect, test } from 'vitest';
import { commandForKey, type KeyContext } from '../../../../extension/app/flags/key-bindings.ts';

const pressed = (key: string, modifiers: { altKey?: boolean; ctrlKey?: boolean; metaKey?: boolean } = {}) => ({
  key,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  ...modifiers,
});

test.each([
  // key       place        command
  ['/', 'elsewhere', { kind: 'search' }],
  ['/', 'flag', { kind: 'search' }],
  ['/', 'search', undefined],
  ['r', 'flag', { kind: 'reload' }],
  ['r', 'search', undefined],
  ['?', 'elsewhere', { kind: 'help' }],
  ['ArrowDown', 'search', { kind: 'move', by: 1 }],
  ['ArrowUp', 'flag', { kind: 'move', by: -1 }],
  ['ArrowLeft', 'flag', undefined],
  ['0', 'flag', { kind: 'choose', place: 0 }],
  ['9', 'flag', { kind: 'choose', place: 9 }],
  ['1', 'elsewhere', undefined],
  ['1', 'search', undefined],
  ['[', 'flag', { kind: 'cycle', by: -1 }],
  [']', 'flag', { kind: 'cycle', by: 1 }],
  [']', 'elsewhere', undefined],
  ['Escape', 'search', { kind: 'back' }],
  ['Escape', 'field', undefined],
  ['ArrowDown', 'field', undefined],
  ['r', 'field', undefined],
  ['toString', 'flag', undefined],
  ['__proto__', 'flag', undefined],
] satisfies [string, KeyContext, object | undefined][])(
  '%s, pressed in the place "%s", is %j',
  (key, place, command) => {
    expect(commandForKey(pressed(key), place)).toEqual(command);
  },
);

test.each([
  // key   with                               because
  ['r', { ctrlKey: true }, 'the browser reloads the popup'],
  ['r', { metaKey: true }, 'so it does on a Mac'],
  ['1', { altKey: true }, 'Firefox goes to its first tab'],
  ['ArrowUp', { altKey: true }, 'it is the system’s'],
  ['[', { metaKey: true }, 'a Mac goes back'],
  ['/', { ctrlKey: true }, 'it is the browser’s'],
] satisfies [string, object, string][])('%s with %j means what it always does: %s', (key, modifiers, _why) => {
  expect(commandForKey(pressed(key, modifiers), 'flag')).toBeUndefined();
});

test.each([{ altKey: true }, { altKey: true, ctrlKey: true }])(
  'a bracket that a keyboard has only with %j is a bracket',
  (modifiers) => {
    expect(commandForKey(pressed(']', modifiers), 'flag')).toEqual({ kind: 'cycle', by: 1 });
  },
);
