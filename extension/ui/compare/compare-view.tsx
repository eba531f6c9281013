import type { JSX } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import type { ManifestFlag } from '../../../server-lib/wire.ts';
import type { Comparison, Picture, PictureProblem } from '../../app/compare/comparison.ts';
import type { SheetPicture } from '../../app/compare/contact-sheet.ts';
import { type MessageKey, t, tCount } from '../i18n/translate.ts';
import { drawImage } from './draw-sheet.ts';

/** What the window of a comparison shows. */
export type CompareState =
  | { readonly kind: 'loading' }
  | { readonly kind: 'unavailable'; readonly why: Unavailable }
  | {
      readonly kind: 'comparing';
      readonly flag: ManifestFlag;
      readonly variant: string;
      readonly taken: readonly Picture[];
    }
  | {
      readonly kind: 'ended';
      readonly flag: ManifestFlag;
      readonly comparison: Comparison;
      /** Whether the last picture of the sheet was copied to the clipboard; `undefined` if none was. */
      readonly isCopied: boolean | undefined;
    };

/** Why a flag cannot be compared. */
export type Unavailable = 'access' | 'busy' | 'flag' | 'page';

export interface CompareActions {
  /** Asks for the permission that the browser requires, and compares the variants. */
  allow(): void;
  cancel(): void;
  /** Compares the variants again. */
  compare(): void;
  copy(): void;
  savePng(): void;
  saveHtml(): void;
}

interface CompareViewProps {
  readonly flag: string;
  readonly site: string;
  readonly state: CompareState;
  readonly actions: CompareActions;
}

/** The window that compares the variants of a flag: how far it is, then the pictures side by side. */
export function CompareView({ flag, site, state, actions }: CompareViewProps): JSX.Element {
  const isBusy = state.kind === 'loading' || state.kind === 'comparing';
  return (
    <main class="compare" aria-busy={isBusy} data-state={state.kind}>
      <header>
        <h1 tabIndex={-1}>{t('compareFlag', flag)}</h1>
        <p class="quiet">{site}</p>
      </header>
      {state.kind === 'loading' && <p role="status">{t('reading')}</p>}
      {state.kind === 'unavailable' && (
        <>
          <p role="alert">{t(UNAVAILABLE[state.why])}</p>
          <div class="compare-tools">
            {state.why === 'access' ? <Allow actions={actions} /> : <Again actions={actions} />}
          </div>
        </>
      )}
      {state.kind === 'comparing' && <Progress {...state} onCancel={actions.cancel} />}
      {state.kind === 'ended' && <Result {...state} actions={actions} />}
      {'flag' in state && <Sheet pictures={sheetPictures(state.flag, picturesOf(state))} />}
    </main>
  );
}

const UNAVAILABLE: Readonly<Record<Unavailable, MessageKey>> = {
  access: 'compareAccess',
  busy: 'compareBusy',
  flag: 'compareLocked',
  page: 'compareNoAccess',
};

type Comparing = Extract<CompareState, { kind: 'comparing' }>;
type Ended = Extract<CompareState, { kind: 'ended' }>;

const picturesOf = (state: Comparing | Ended): readonly Picture[] =>
  state.kind === 'ended' ? state.comparison.pictures : state.taken;

function Progress({ flag, variant, onCancel }: Comparing & { readonly onCancel: () => void }): JSX.Element {
  const step = flag.variants.indexOf(variant) + 1;
  return (
    <div class="compare-tools">
      <progress aria-label={t('compareFlag', flag.name)} max={flag.variants.length} value={step - 1} />
      <p role="status">{t('compareStep', variant, step, flag.variants.length)}</p>
      <button type="button" data-action="cancel" onClick={onCancel}>
        {t('cancel')}
      </button>
    </div>
  );
}

const PROBLEMS: Readonly<Record<PictureProblem, MessageKey>> = {
  'not-written': 'compareNotWritten',
  'not-loaded': 'compareNotLoaded',
  'not-captured': 'compareNotCaptured',
  'no-access': 'compareNoAccess',
};

function Result({ comparison, isCopied, actions }: Ended & { readonly actions: CompareActions }): JSX.Element {
  const { pictures, end, isRestored } = comparison;
  return (
    <>
      {'variant' in end && (
        <p role="alert" class="doubt">
          {end.kind === 'no-access' ? t('compareNoAccess') : t(PROBLEMS[end.kind], end.variant)}
        </p>
      )}
      <p role={isRestored ? 'status' : 'alert'} class={isRestored ? 'quiet' : 'doubt'}>
        {end.kind === 'cancelled' && `${t('compareCancelled')} `}
        {tCount('picturesTaken', pictures.length)} {t(isRestored ? 'compareRestored' : 'compareNotRestored')}
      </p>
      <div class="compare-tools">
        {pictures.length > 0 && (
          <>
            <button type="button" data-action="copy-picture" class="primary" onClick={actions.copy}>
              {t('copyPicture')}
            </button>
            <button type="button" data-action="save-png" onClick={actions.savePng}>
              {t('savePng')}
            </button>
            <button type="button" data-action="save-html" onClick={actions.saveHtml}>
              {t('saveHtml')}
            </button>
          </>
        )}
        <Again actions={actions} />
        {isCopied !== undefined && (
          <p role={isCopied ? 'status' : 'alert'}>{t(isCopied ? 'pictureCopied' : 'pictureNotCopied')}</p>
        )}
      </div>
    </>
  );
}

function Allow({ actions }: { readonly actions: Pick<CompareActions, 'allow'> }): JSX.Element {
  return (
    <button type="button" data-action="allow" class="primary" onClick={actions.allow}>
      {t('allowAndCompare')}
    </button>
  );
}

function Again({ actions }: { readonly actions: Pick<CompareActions, 'compare'> }): JSX.Element {
  return (
    <button type="button" data-action="compare" onClick={actions.compare}>
      {t('compareAgain')}
    </button>
  );
}

function Sheet({ pictures }: { readonly pictures: readonly SheetPicture[] }): JSX.Element {
  return (
    <div class="sheet">
      {pictures.map(({ variant, image, lines }) => (
        <figure key={variant} data-variant={variant}>
          <ImageCanvas image={image} label={t('pictureOf', variant)} />
          <figcaption>
            <b dir="ltr">{variant}</b>
            {lines.map((line) => (
              <span key={line} dir="auto">
                {line}
              </span>
            ))}
          </figcaption>
        </figure>
      ))}
    </div>
  );
}

/** A picture. The extension's policy allows no `data:` URL, so it is drawn. */
function ImageCanvas({ image, label }: { readonly image: string; readonly label: string }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    if (canvas.current) void drawImage(canvas.current, image);
  }, [image]);
  return <canvas ref={canvas} role="img" aria-label={label} />;
}

/** The pictures with their texts: value, what the site used instead, and the time. */
export function sheetPictures(flag: ManifestFlag, pictures: readonly Picture[]): readonly SheetPicture[] {
  const time = new Intl.DateTimeFormat(t('languageTag'), { dateStyle: 'medium', timeStyle: 'medium' });
  return pictures.map(({ variant, image, takenAt, used }) => ({
    variant,
    image,
    lines: [
      valueLine(flag, variant),
      used !== undefined && used !== variant ? t('usedInstead', used) : '',
      time.format(takenAt),
    ].filter((line) => line !== ''),
  }));
}

function valueLine({ values = {} }: ManifestFlag, variant: string): string {
  if (!Object.hasOwn(values, variant) || values[variant] === variant) return '';
  const text = JSON.stringify(values[variant]);
  return text.length > MAX_LENGTH ? `${text.slice(0, MAX_LENGTH)}…` : text;
}

const MAX_LENGTH = 200; // characters
