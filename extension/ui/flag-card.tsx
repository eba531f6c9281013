import type { JSX } from 'preact';
import type { FlagRow } from '../app/flag-rows.ts';
import { LockIcon } from './icons.tsx';
import { doubtText, sourceText } from './messages.ts';
import { say } from './words.ts';

interface FlagCardProps {
  readonly row: FlagRow;
  /** Called with the variant chosen; `''` is "No override". */
  readonly onChoose: (variant: string) => void;
}

/** One flag: what it is, what the server says, and the variants to choose from. */
export function FlagCard({ row, onChoose }: FlagCardProps): JSX.Element {
  const { flag, chosen, doubt } = row;
  const isOverridden = chosen !== '';
  return (
    <fieldset class={`card ${doubt ? 'doubtful' : isOverridden ? 'overridden' : ''}`} data-flag={flag.name}>
      <legend dir="ltr">{flag.name}</legend>
      <p class="now">
        {row.readOnly === 'locked' && (
          <span class="locked">
            <LockIcon /> {say('locked')}
          </span>
        )}
        <Current row={row} />
      </p>
      {flag.description && (
        <p class="description" dir="auto" title={flag.description}>
          {flag.description}
        </p>
      )}
      <Particulars row={row} />
      <div class="variants">
        {['', ...flag.variants].map((variant) => (
          <label key={variant} class={variant === '' ? 'pill inherit' : 'pill'}>
            <input
              type="radio"
              name={`flag-${flag.name}`}
              value={variant}
              checked={variant === chosen}
              disabled={row.readOnly !== undefined}
              // Not onChange: what is drawn as chosen may be about to change by an edit that is still on its way.
              onClick={() => onChoose(variant)}
            />
            <span>{variant === '' ? say('noOverride') : variant}</span>
          </label>
        ))}
      </div>
      {doubt && (
        <p class="doubt">
          {doubtText(doubt)}{' '}
          {chosen === undefined && row.readOnly === undefined && (
            <button type="button" class="link" onClick={() => onChoose('')}>
              {say('removeOverride')}
            </button>
          )}
        </p>
      )}
    </fieldset>
  );
}

function Current({ row: { flag } }: Pick<FlagCardProps, 'row'>): JSX.Element | null {
  if (flag.current === undefined) return null;
  return (
    <>
      <span class="current">{flag.current}</span>
      {flag.source && <span class="source"> · {sourceText(flag.source)}</span>}
    </>
  );
}

function Particulars({ row: { flag } }: Pick<FlagCardProps, 'row'>): JSX.Element | null {
  const isOverridden = flag.source === 'override' && flag.withoutOverride !== undefined;
  const about = [flag.owner, ...(flag.tags ?? []).map((tag) => `#${tag}`)].filter(Boolean).join(' · ');
  if (about === '' && flag.url === undefined && !isOverridden) return null;
  return (
    <p class="particulars">
      {isOverridden && <span class="without">{say('withoutOverride', flag.withoutOverride ?? '')}</span>}
      <span class="about" dir="auto" title={about}>
        {about}
      </span>
      {flag.url && (
        <a href={flag.url} target="_blank" rel="noreferrer noopener">
          {say('more')}
          <span class="visually-hidden"> {say('aboutFlag', flag.name)}</span>
        </a>
      )}
    </p>
  );
}
