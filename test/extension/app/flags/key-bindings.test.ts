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
  // key       context      command
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
  'the key %s in the context "%s" gives the command %j',
  (key, context, command) => {
    expect(commandForKey(pressed(key), context)).toEqual(command);
  },
);

test.each([
  // key   with                               because
  ['r', { ctrlKey: true }, 'the browser reloads the popup'],
  ['r', { metaKey: true }, 'as on a Mac'],
  ['1', { altKey: true }, 'Firefox switches to its first tab'],
  ['ArrowUp', { altKey: true }, 'the system handles it'],
  ['[', { metaKey: true }, 'a Mac goes back'],
  ['/', { ctrlKey: true }, 'the browser handles it'],
] satisfies [string, object, string][])('the browser handles %s with %j: %s', (key, modifiers, _why) => {
  expect(commandForKey(pressed(key, modifiers), 'flag')).toBeUndefined();
});

test.each([{ altKey: true }, { altKey: true, ctrlKey: true }])(
  'a bracket typed with %j counts as a bracket',
  (modifiers) => {
    expect(commandForKey(pressed(']', modifiers), 'flag')).toEqual({ kind: 'cycle', by: 1 });
  },
);
