import { expect, test } from 'vitest';
import { type ComparedPage, type Comparison, compareVariants } from '../../../../extension/app/compare/comparison.ts';
import { type ComparisonNote, restoreChoice } from '../../../../extension/app/compare/restore-choice.ts';
import { editCookie } from '../../../../extension/app/session/cookie-edit.ts';
import type { Ready } from '../../../../extension/app/session/session-state.ts';
import { setOverride } from '../../../../extension/app/session/stored-overrides.ts';
import { Random } from '../../../../scripts/fuzz/random.ts';
import { FakePage } from '../../../fakes/page/fake-page.ts';
import { overrideCookie } from '../../../helpers/http/node-request.ts';
import { SEED } from '../../../helpers/vitest/seed.ts';
import { openedSession } from '../session/opened-session.ts';

const VARIANTS = ['CLASSIC', 'ONE_PAGE', 'CLASSIC'];
const STEPS = ['begin', 'choose', 'load', 'capture', 'usedVariant'] as const;
type Step = (typeof STEPS)[number] | 'restore';

/** A tab in memory, whose window may close before or after any of its steps. */
class FakeTab implements ComparedPage {
  readonly page: FakePage;
  readonly steps: string[] = [];
  note: ComparisonNote | undefined;
  /** Runs at each step; what it returns replaces the result of the step. */
  at: (step: Step) => unknown = () => undefined;
  /** The window closes at this step, counted from 0, before or after the step has its effect. */
  closes: { readonly at: number; readonly when: 'before' | 'after' } | undefined;
  readonly closed: Promise<void>;
  #close: () => void = () => {};
  #site: Ready;

  constructor(page: FakePage, site: Ready) {
    this.page = page;
    this.#site = site;
    this.closed = new Promise((resolve) => {
      this.#close = resolve;
    });
  }

  begin(): Promise<void> {
    const { origin, cookie, stored } = this.#site;
    return this.#step('begin', async () => {
      this.note = { tabId: 7, origin, cookie, flag: 'CHECKOUT', before: stored.raw };
    });
  }

  choose(variant: string): Promise<boolean> {
    return this.#step('choose', async () => {
      const { stored, writeError } = await editCookie(this.page, this.#site, setOverride('CHECKOUT', variant));
      this.#site = { ...this.#site, stored };
      return writeError === undefined;
    });
  }

  load(): Promise<boolean> {
    return this.#step('load', async () => true);
  }

  capture(): Promise<string | undefined> {
    return this.#step('capture', async () => `picture of ${this.page.jar.read()}`);
  }

  usedVariant(): Promise<string | undefined> {
    return this.#step('usedVariant', async () => 'CLASSIC');
  }

  restore(): Promise<boolean> {
    return this.#step('restore', async () => {
      const isRestored = this.note === undefined || (await restoreChoice(this.page, this.note));
      if (isRestored) this.note = undefined;
      return isRestored;
    });
  }

  async #step<Value>(step: Step, act: () => Promise<Value>): Promise<Value> {
    const number = this.steps.push(step) - 1;
    const closes = number === this.closes?.at ? this.closes.when : undefined;
    if (closes === 'before') return this.#end();
    const replaced = await this.at(step);
    const value = replaced === undefined ? await act() : (replaced as Value);
    return closes === 'after' ? this.#end() : value;
  }

  /** A closed window runs nothing more. */
  #end(): Promise<never> {
    this.#close();
    return new Promise(() => {});
  }
}

const BEFORE = overrideCookie({ CHECKOUT: 'ONE_PAGE', SEARCH: 'FUZZY' });

async function openTab(before = BEFORE): Promise<FakeTab> {
  const page = new FakePage();
  if (before !== '') page.jar.write(before);
  const session = await openedSession(page);
  return new FakeTab(page, session.state as Ready);
}

function compare(tab: FakeTab, signal = new AbortController().signal): Promise<Comparison> {
  return compareVariants(tab, VARIANTS, { signal, now: () => 1, onStep: () => {} });
}

test('each variant is chosen, loaded and captured in turn, and the choice of before is restored at the end', async () => {
  const tab = await openTab();
  const steps: string[] = [];

  const comparison = await compareVariants(tab, ['CLASSIC', 'ONE_PAGE'], {
    signal: new AbortController().signal,
    now: () => 1,
    onStep: (variant, taken) => steps.push(`${variant} after ${taken.length}`),
  });

  expect(tab.steps).toEqual([...STEPS, ...STEPS.slice(1), 'restore']);
  expect(steps).toEqual(['CLASSIC after 0', 'ONE_PAGE after 1']);
  expect(comparison).toEqual({
    pictures: [
      {
        variant: 'CLASSIC',
        image: `picture of ${overrideCookie({ CHECKOUT: 'CLASSIC', SEARCH: 'FUZZY' })}`,
        takenAt: 1,
        used: 'CLASSIC',
      },
      { variant: 'ONE_PAGE', image: `picture of ${BEFORE}`, takenAt: 1, used: 'CLASSIC' },
    ],
    end: { kind: 'complete' },
    isRestored: true,
  });
  expect(tab.page.jar.read()).toBe(BEFORE);
});

test.each([
  // step       result     end
  ['choose', false, 'not-written'],
  ['load', false, 'not-loaded'],
  ['begin', 'rejects', 'no-access'],
  ['choose', 'rejects', 'no-access'],
  ['load', 'rejects', 'no-access'],
  ['capture', 'rejects', 'no-access'],
  ['usedVariant', 'rejects', 'no-access'],
] as const)('after a failure of "%s" (%o), the choice of before is restored', async (step, result, kind) => {
  const tab = await openTab();
  tab.at = async (at) => {
    const isSecondTime = tab.steps.filter((one) => one === at).length === 2;
    if (at !== step || !(isSecondTime || step === 'begin')) return undefined;
    if (result === 'rejects') throw new Error('No tab with id: 7.');
    return result;
  };

  const { end, isRestored, pictures } = await compare(tab);

  expect(end).toEqual({ kind, variant: step === 'begin' ? 'CLASSIC' : 'ONE_PAGE' });
  expect(pictures).toHaveLength(step === 'begin' ? 0 : 1);
  expect(isRestored).toBe(true);
  expect(tab.page.jar.read()).toBe(BEFORE);
});

test('a tab without a picture ends the comparison', async () => {
  const tab = await openTab();
  Object.assign(tab, { capture: async () => undefined });

  expect(await compare(tab)).toMatchObject({ end: { kind: 'not-captured', variant: 'CLASSIC' }, isRestored: true });
});

test.each(STEPS)('"Cancel" during the step "%s" restores the choice of before', async (step) => {
  const tab = await openTab();
  const abort = new AbortController();
  tab.at = (at) => {
    if (at === step) abort.abort();
  };

  const comparison = await compare(tab, abort.signal);

  expect(comparison).toEqual({ pictures: [], end: { kind: 'cancelled' }, isRestored: true });
  expect(tab.page.jar.read()).toBe(BEFORE);
});

test('a page that cannot be accessed keeps its note, so that the choice is restored later', async () => {
  const tab = await openTab();
  tab.at = (step) => {
    if (step === 'capture') tab.page.failure = 'refused'; // the site has gone away
  };

  const comparison = await compare(tab);
  expect(comparison.isRestored).toBe(false);
  tab.page.failure = undefined;

  expect(await restoreChoice(tab.page, tab.note as ComparisonNote)).toBe(true);
  expect(tab.page.jar.read()).toBe(BEFORE);
});

test.each(Array.from({ length: 50 }, (_, run) => [run]))(
  'run %i: a window that closes at a random step leaves no other override',
  async (run) => {
    const random = new Random(SEED, run);
    const before = random.pick(['', BEFORE, overrideCookie({ SEARCH: 'FUZZY' }), 'gatekeeper={"CHECKOUT":"CLASSIC"}']);
    const tab = await openTab(before);
    // A whole run has 14 steps.
    tab.closes = { at: random.below(14), when: random.pick(['before', 'after']) };

    await Promise.race([compare(tab), tab.closed]);
    if (tab.note !== undefined) expect(await restoreChoice(tab.page, tab.note)).toBe(true);

    expect(tab.page.jar.read()).toBe(before);
  },
);
