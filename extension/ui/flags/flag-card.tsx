import type { JSX } from 'preact';
import type { SiteRow } from '../../app/flags/flag-rows.ts';
import { t, tCount } from '../i18n/translate.ts';
import { LockIcon, SeenIcon } from '../shared/icons.tsx';
import { hasMoreValues, sourceText, staleText, valueText, warningText } from './flag-texts.ts';

interface FlagCardProps {
  readonly row: SiteRow;
  /** The variants that cycling through them has shown. */
  readonly visited: readonly string[];
  /** Called with the variant chosen; `''` is "Site’s choice". */
  readonly onChoose: (variant: string) => void;
  /** Compares the variants of a flag; missing if there is no window for it. */
  readonly onCompare?: ((flag: string) => void) | undefined;
}

/** One flag: its description, the server's evaluation, and the variants to choose from. */
export function FlagCard({ row, visited, onChoose, onCompare }: FlagCardProps): JSX.Element {
  const { flag, chosen, warning, stale } = row;
  // A button is needed if no radio can remove the override.
  const canRemove = chosen === undefined || (row.readOnly !== undefined && chosen !== '');
  const mark = warning || stale ? 'doubtful' : chosen === '' ? '' : 'overridden';
  return (
    // A read-only flag has no enabled radio, so the card itself takes the focus.
    <fieldset class={`card ${mark}`} data-flag={flag.name} tabIndex={row.readOnly && -1}>
      <legend dir="ltr">{flag.name}</legend>
      <p class="now">
        {row.readOnly === 'locked' && (
          <span class="locked">
            <LockIcon /> {t('locked')}
          </span>
        )}
        <Current row={row} />
      </p>
      {flag.description && (
        <p class="description" dir="auto" title={flag.description}>
          {flag.description}
        </p>
      )}
      <FlagDetails row={row} />
      <div class="variants">
        {['', ...flag.variants].map((variant) => (
          <label key={variant} class={variant === '' ? 'pill inherit' : 'pill'}>
            <input
              type="radio"
              name={`flag-${flag.name}`}
              value={variant}
              checked={variant === chosen}
              disabled={row.readOnly !== undefined}
              // Not onChange: a click on the rendered variant must count too, because a waiting edit may change it.
              onClick={() => onChoose(variant)}
            />
            <span>{variant === '' ? t('noOverride') : variant}</span>
            <Value text={valueText(flag, variant)} />
            {visited.includes(variant) && <Seen />}
          </label>
        ))}
        {onCompare && !row.readOnly && flag.variants.length > 1 && (
          <button
            type="button"
            data-action="compare"
            class="link"
            aria-label={t('compareFlag', flag.name)}
            onClick={() => onCompare(flag.name)}
          >
            {t('compare')}
          </button>
        )}
      </div>
      <AllValues flag={flag} />
      {(warning || canRemove) && (
        <p class="doubt">
          {warning && warningText(warning)}{' '}
          {canRemove && (
            <button
              type="button"
              data-action="remove"
              class="link"
              aria-label={`${t('removeOverride')}: ${flag.name}`}
              onClick={() => onChoose('')}
            >
              {t('removeOverride')}
            </button>
          )}
        </p>
      )}
      {!warning && stale && <p class="doubt">{staleText(stale)}</p>}
    </fieldset>
  );
}

function Value({ text }: { readonly text: string }): JSX.Element | null {
  return text === '' ? null : (
    <>
      {' '}
      <span class="value" dir="auto">
        {text}
      </span>
    </>
  );
}

function AllValues({ flag }: Pick<SiteRow, 'flag'>): JSX.Element | null {
  if (!hasMoreValues(flag)) return null;
  return (
    <details>
      <summary data-action="values">{t('values')}</summary>
      <dl dir="ltr">
        {Object.entries(flag.values ?? {}).map(([variant, value]) => (
          <div key={variant}>
            <dt>{variant}</dt> <dd>{JSON.stringify(value)}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}

function Seen(): JSX.Element {
  return (
    <>
      <SeenIcon />
      <span class="visually-hidden">{t('seen')}</span>
    </>
  );
}

function Current({ row: { flag } }: Pick<FlagCardProps, 'row'>): JSX.Element | null {
  if (flag.current === undefined) return null;
  return (
    <>
      <span class="current">{flag.current}</span>
      {flag.source && <span class="source"> · {sourceText(flag.source, flag.reason)}</span>}
      {flag.simulated && <span class="source"> · {t('isSimulated')}</span>}
    </>
  );
}

function FlagDetails({ row }: Pick<FlagCardProps, 'row'>): JSX.Element | null {
  const { flag } = row;
  const about = [flag.owner, ...(flag.tags ?? []).map((tag) => `#${tag}`)].filter(Boolean).join(' · ');
  const marks = flagMarks(row);
  if (about === '' && flag.url === undefined && marks.length === 0) return null;
  return (
    <p class="particulars">
      {marks.map(([kind, text]) => (
        <span key={kind} class={kind}>
          {text}
        </span>
      ))}
      <span class="about" dir="auto" title={about}>
        {about}
      </span>
      {flag.url && (
        <a href={flag.url} target="_blank" rel="noreferrer noopener">
          {t('more')}
          <span class="visually-hidden"> {t('aboutFlag', flag.name)}</span>
        </a>
      )}
    </p>
  );
}

/** Short facts about a flag, each with a CSS class and a string. */
function flagMarks({ flag, usage, isExpired, redundant }: SiteRow): readonly (readonly [kind: string, text: string])[] {
  const isOverridden = flag.source === 'override' && flag.withoutOverride !== undefined;
  const marks: readonly (readonly [string, string | false | undefined])[] = [
    ['expired', isExpired && t('expired', flag.expiresAt ?? '')],
    [
      'without',
      isOverridden && (redundant === 'same' ? t('sameWithout') : t('withoutOverride', flag.withoutOverride ?? '')),
    ],
    ['on-page', usage?.rendered !== undefined && t('onPage')],
    ['requests', usage && usage.requests > 0 && tCount('inRequests', usage.requests)],
  ];
  return marks.flatMap(([kind, text]) => (text ? [[kind, text] as const] : []));
}

const SWEDISH = new Intl.DateTimeFormat('sv'); // 2026-11-22

/** The user's current date, in the format of a manifest's dates. */
export function today(): string {
  return SWEDISH.format();
}
