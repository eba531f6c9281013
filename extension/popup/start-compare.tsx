import { render } from 'preact';
import { compareVariants } from '../app/compare/comparison.ts';
import { type ContactSheet, contactSheetHtml, sheetFileName } from '../app/compare/contact-sheet.ts';
import { flagRows } from '../app/flags/flag-rows.ts';
import { Session } from '../app/session/session.ts';
import { isManifestCurrent, type Ready } from '../app/session/session-state.ts';
import { ComparedTab } from '../browser/compare/compared-tab.ts';
import { borrowAccess, canCapture } from '../browser/compare/picture-access.ts';
import { restoreComparisons, restoreLeft, whileComparing } from '../browser/compare/restore-comparisons.ts';
import { loadMessages } from '../browser/i18n/bundled-messages.ts';
import { TabPage } from '../browser/page/tab-page.ts';
import { loadSettings } from '../browser/storage/settings-storage.ts';
import { targetTabId } from '../browser/tabs/extension-pages.ts';
import { type CompareState, CompareView, sheetPictures } from '../ui/compare/compare-view.tsx';
import { drawSheet } from '../ui/compare/draw-sheet.ts';
import { applyLanguage, t } from '../ui/i18n/translate.ts';
import { copyImage, saveAsFile } from '../ui/shared/copy-and-save.ts';
import { applyLastTheme, applyTheme } from '../ui/shared/theme.ts';

applyLastTheme();
const flagName = new URLSearchParams(location.search).get('flag') ?? '';
const [tab, settings] = await Promise.all([targetTabId(), loadSettings()]);
applyTheme(settings.theme);
applyLanguage(await loadMessages(settings.language));
document.title = t('compareFlag', flagName);

const session = new Session(new TabPage(tab, () => settings.manifestPaths, { isImmediate: true }));
let state: CompareState = { kind: 'loading' };
let abort = new AbortController();

const actions = {
  allow: () => void borrowAccess(compare).then(() => restoreComparisons(tab)),
  cancel: () => abort.abort(),
  compare: () => void compare(),
  copy: () => {
    // Not awaited: the browser allows it only in a click handler, which hands over the promise of the picture.
    void withSheet(async (sheet) => {
      const isCopied = await copyImage(drawSheet(sheet));
      if (state.kind === 'ended') update({ ...state, isCopied });
    });
  },
  savePng: () => void withSheet(async (sheet) => saveAsFile(`${sheetFileName(flagName)}.png`, await drawSheet(sheet))),
  saveHtml: () =>
    void withSheet((sheet) => saveAsFile(`${sheetFileName(flagName)}.html`, contactSheetHtml(sheet), 'text/html')),
};

/** Compares the variants, unless another window is comparing variants of the same site. */
async function compare(): Promise<void> {
  update({ kind: 'loading' });
  if (!(await canCapture())) return update({ kind: 'unavailable', why: 'access' });
  await session.open();
  if (!('origin' in session.state)) return update({ kind: 'unavailable', why: 'page' });
  const { origin } = session.state;
  // The background may hold the lock for a moment.
  await whileComparing(origin, () => compareNow(origin), AbortSignal.timeout(LOCK_TIMEOUT_MS)).catch((error) => {
    if (error.name !== 'TimeoutError') throw error;
    update({ kind: 'unavailable', why: 'busy' });
  });
}

const LOCK_TIMEOUT_MS = 3_000;

async function compareNow(origin: string): Promise<void> {
  await restoreLeft(origin, tab);
  await session.open();
  const site = session.state;
  if (site.kind !== 'ready' || site.origin !== origin) return update({ kind: 'unavailable', why: 'page' });
  const flag = comparableFlag(site);
  if (flag === undefined) return update({ kind: 'unavailable', why: 'flag' });
  abort = new AbortController();
  const comparison = await compareVariants(
    new ComparedTab(tab, site, flag, () => settings.manifestPaths),
    flag.variants,
    {
      signal: abort.signal,
      now: Date.now,
      onStep: (variant, taken) => update({ kind: 'comparing', flag, variant, taken }),
    },
  );
  update({ kind: 'ended', flag, comparison, isCopied: undefined });
}

function comparableFlag(site: Ready): Ready['manifest']['flags'][number] | undefined {
  const rows = flagRows(site.manifest, site.stored, isManifestCurrent(site));
  return rows.find(({ flag, readOnly }) => flag.name === flagName && readOnly === undefined)?.flag;
}

async function withSheet(use: (sheet: ContactSheet) => unknown): Promise<void> {
  if (state.kind !== 'ended') return;
  await use({
    title: t('compareFlag', flagName),
    site: siteName(),
    language: t('languageTag'),
    direction: t('direction'),
    pictures: sheetPictures(state.flag, state.comparison.pictures),
  });
}

function siteName(): string {
  return 'origin' in session.state ? new URL(session.state.origin).host : '';
}

function update(next: CompareState): void {
  const focused = document.activeElement;
  state = next;
  render(<CompareView flag={flagName} site={siteName()} state={state} actions={actions} />, document.body);
  // The button with the focus belonged to the state before.
  if (focused?.isConnected === false) document.querySelector('h1')?.focus();
}

await compare();
