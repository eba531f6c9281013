import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Session } from '../../../../extension/app/session/session.ts';
import { cookieValue } from '../../../../extension/app/session/stored-overrides.ts';
import { propertyTimeout, runs } from '../../../arbitraries/mutations.ts';
import { CookieJar } from '../../../fakes/page/cookie-jar.ts';
import { FakePage } from '../../../fakes/page/fake-page.ts';
import { openedSession, ready } from './opened-session.ts';

type Click = readonly ['choose', flag: string, variant: string] | readonly ['clearAll'] | readonly ['undo'];

const FLAGS = ['CHECKOUT', 'SEARCH', 'SECRET'];
const choice = fc.tuple(fc.constant('choose' as const), fc.constantFrom(...FLAGS), fc.constantFrom('ON', 'OFF', ''));
const click: fc.Arbitrary<Click> = fc.oneof(
  { weight: 5, arbitrary: choice },
  { weight: 1, arbitrary: fc.constant(['clearAll'] as const) },
  { weight: 1, arbitrary: fc.constant(['undo'] as const) },
);
const clicks = fc.array(click, { maxLength: 5 });

test('two windows that edit one site at once lose no click, in any interleaving', {
  timeout: propertyTimeout(),
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), clicks, clicks, async (scheduler, first, second) => {
      const jar = new CookieJar();
      const windows = [await windowOn(jar, scheduler), await windowOn(jar, scheduler)] as const;

      const edits = [...clicked(windows[0], first, scheduler), ...clicked(windows[1], second, scheduler)];
      await scheduler.waitFor(Promise.all(edits));
      await scheduler.waitIdle();

      expect(outcomes(first, second)).toContain(valueIn(jar));
    }),
    runs(1_000),
  );
});

test('after the last click, a refresh shows both windows the stored overrides and the server’s evaluations', {
  timeout: propertyTimeout(),
}, async () => {
  await fc.assert(
    fc.asyncProperty(fc.scheduler(), clicks, clicks, async (scheduler, first, second) => {
      const jar = new CookieJar();
      const windows = [await windowOn(jar, scheduler), await windowOn(jar, scheduler)] as const;
      await scheduler.waitFor(
        Promise.all([...clicked(windows[0], first, scheduler), ...clicked(windows[1], second, scheduler)]),
      );
      await scheduler.waitIdle();

      await scheduler.waitFor(Promise.all(windows.map((session) => session.refresh())));
      await scheduler.waitIdle();

      for (const session of windows) {
        const { stored, cookieAtFetch, manifest } = ready(session);
        expect(stored.raw ?? '').toBe(valueIn(jar));
        expect(cookieAtFetch).toBe(stored.raw);
        const { applied, ignored } = manifest.overrides;
        const named = [...applied, ...ignored.map(({ flag }) => flag)].sort();
        expect(named).toEqual([...stored.variants.keys()].filter((flag) => flag !== 'SECRET').sort());
      }
    }),
    runs(300),
  );
});

async function windowOn(jar: CookieJar, scheduler: fc.Scheduler): Promise<Session> {
  const page = new FakePage(jar);
  const session = await openedSession(page);
  page.delay = () => scheduler.schedule(Promise.resolve());
  return session;
}

/** Makes clicks one after the other, when the scheduler runs them, without waiting for their effects. */
function clicked(session: Session, made: readonly Click[], scheduler: fc.Scheduler): readonly Promise<void>[] {
  let before: Promise<unknown> = Promise.resolve();
  return made.map(([action, flag = '', variant = '']) => {
    const edit = before.then(() => scheduler.schedule(Promise.resolve())).then(() => ({ done: act() }));
    const act = (): Promise<void> => (action === 'choose' ? session.choose(flag, variant) : session[action]());
    before = edit;
    return edit.then(({ done }) => done);
  });
}

const valueIn = (jar: CookieJar): string => jar.read().replace('gatekeeper=', '');

/** The possible final cookies after two users' clicks, with each user's clicks in order. */
function outcomes(first: readonly Click[], second: readonly Click[]): readonly string[] {
  const found = new Set<string>();
  const go = (overrides: Overrides, cleared: Cleared, mine: readonly Click[], theirs: readonly Click[]): void => {
    if (mine.length === 0 && theirs.length === 0) found.add(cookieValue(overrides));
    const [one, ...rest] = mine;
    const [other, ...others] = theirs;
    if (one !== undefined) {
      const made = after(one, overrides, cleared[0]);
      go(made.overrides, [made.cleared, cleared[1]], rest, theirs);
    }
    if (other !== undefined) {
      const made = after(other, overrides, cleared[1]);
      go(made.overrides, [cleared[0], made.cleared], mine, others);
    }
  };
  go(new Map(), [undefined, undefined], first, second);
  return [...found];
}

type Overrides = ReadonlyMap<string, string>;
type Cleared = readonly [Overrides | undefined, Overrides | undefined];

function after([action, flag = '', variant = '']: Click, overrides: Overrides, cleared: Overrides | undefined) {
  if (action === 'clearAll') return { overrides: new Map<string, string>(), cleared: overrides };
  if (action === 'undo') return { overrides: new Map([...(cleared ?? []), ...overrides]), cleared: undefined };
  const changed = new Map([...overrides, [flag, variant] as const].filter(([name, value]) => name !== flag || value));
  if (variant === '') changed.delete(flag);
  return { overrides: changed, cleared: undefined };
}
