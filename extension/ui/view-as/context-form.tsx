import type { InputHTMLAttributes, JSX, TargetedSubmitEvent } from 'preact';
import { parseUtcTime, TIME_KEY, USER_KEY } from '../../../server-lib/wire.ts';
import type { OrphanOverride } from '../../app/flags/flag-rows.ts';
import type { Ready } from '../../app/session/session-state.ts';
import {
  type ContextField,
  type ContextType,
  contextFields,
  localTime,
  simulatedEntries,
} from '../../app/view-as/context-fields.ts';
import { ignoredText } from '../flags/flag-texts.ts';
import { t } from '../i18n/translate.ts';
import type { PopupActions, ViewAsInput } from '../popup/popup-actions.ts';

interface ContextFormProps {
  readonly site: Ready;
  readonly input: ViewAsInput;
  readonly actions: Pick<PopupActions, 'removeOverrides'>;
}

/** A field for each part of the context, and the button that ends the simulation. */
export function ContextForm({ site: { manifest, stored }, input, actions }: ContextFormProps): JSX.Element {
  const fields = contextFields(manifest, stored);
  const entries = simulatedEntries(manifest, stored);
  const undeclared = entries.filter(({ name }) => !fields.some(({ key }) => key === name));
  const isOverriding = stored.entries.size > entries.length;
  return (
    <div class="view-as">
      <p class="quiet">{t('viewAsNote')}</p>
      <div class="context">
        {fields.map((field) => (
          <Field
            key={field.key}
            field={field}
            refused={input.refused.get(field.key)}
            isReadOnly={manifest.overrides.state !== 'enabled'}
            onEnter={(text) => input.enter(field, text)}
          />
        ))}
      </div>
      {undeclared.length > 0 && (
        <div class="simulated">
          <IgnoredEntries entries={undeclared} />
        </div>
      )}
      {isOverriding && <p class="quiet">{t('overrideWins')}</p>}
      <p>
        <button
          type="button"
          data-action="stop-simulating"
          disabled={entries.length === 0}
          onClick={({ currentTarget }) => {
            forgetTyped(currentTarget.closest('.view, details'));
            actions.removeOverrides(entries.map(({ name }) => name));
          }}
        >
          {t('stopSimulating')}
        </button>
      </p>
    </div>
  );
}

/** Shows the cookie's values in all fields again, and moves the focus to the heading, because "Stop" is disabled next. */
function forgetTyped(view: Element | null): void {
  for (const form of view?.querySelectorAll('form') ?? []) form.reset();
  view?.querySelector<HTMLElement>('h2, summary')?.focus();
}

interface FieldProps {
  readonly field: ContextField;
  /** A value that was entered and is not allowed. */
  readonly refused: string | undefined;
  readonly isReadOnly: boolean;
  readonly onEnter: (text: string | undefined) => void;
}

/** One part of the context: its real value and the choice of another. */
function Field({ field, refused, isReadOnly, onEnter }: FieldProps): JSX.Element {
  const { key, type, actual, chosen, isIgnored } = field;
  const isSimulated = chosen !== '' && !isIgnored;
  const error = refused === undefined ? isIgnored && ignoredText('invalid-value', '') : refusalText(type);
  const mark = error ? 'doubtful' : isSimulated ? 'overridden' : '';
  return (
    <form class={`card ${mark}`} data-context={key} noValidate onSubmit={(event) => onEnter(submitted(event))}>
      <label class={field.attribute === '' ? '' : 'name'} for={key}>
        {contextName(key)}
      </label>
      <p class="now" id={`${key}-real`}>
        {realText(type, actual)}
      </p>
      <div class="variants">
        <Control field={field} refused={refused} isReadOnly={isReadOnly} onEnter={onEnter} />
        {(isSimulated || isIgnored) && (
          <button
            type="button"
            data-action="real-value"
            class="link"
            aria-label={`${t('useRealValue')}: ${contextName(key)}`}
            onClick={({ currentTarget: { form } }) => {
              form?.reset();
              form?.querySelector<HTMLElement>('input, select')?.focus(); // this button disappears
              onEnter('');
            }}
          >
            {t('useRealValue')}
          </button>
        )}
      </div>
      {error && (
        <p class="doubt" role="alert" id={`${key}-error`}>
          {refused === undefined && chosen !== '' && <bdi>{chosen} · </bdi>}
          {error}
        </p>
      )}
    </form>
  );
}

/** The text of a submitted form; `undefined` if the browser could not read it. The field then shows the cookie's value. */
function submitted(event: TargetedSubmitEvent<HTMLFormElement>): string | undefined {
  event.preventDefault();
  const input = event.currentTarget.querySelector('input');
  if (input === null || input.validity.badInput) return undefined;
  const { value } = input;
  input.defaultValue = value; // until the cookie is written
  event.currentTarget.reset();
  return value;
}

function Control({ field, refused, isReadOnly, onEnter }: FieldProps): JSX.Element {
  const { key, type, actual, chosen, isIgnored } = field;
  const isInvalid = refused !== undefined || isIgnored;
  const shared = {
    id: key,
    name: key,
    disabled: isReadOnly,
    'aria-describedby': isInvalid ? `${key}-real ${key}-error` : `${key}-real`,
    'aria-invalid': isInvalid,
  };
  if (type.type === 'string') {
    return (
      <select
        {...shared}
        value={isIgnored ? '' : chosen}
        onChange={({ currentTarget }) => onEnter(currentTarget.value)}
      >
        <option value="">{t('realValue')}</option>
        {type.values.map((value) => (
          <option key={value} value={value}>
            {value}
          </option>
        ))}
      </select>
    );
  }
  if (type.type === 'boolean') {
    const value = chosen === '' || isIgnored ? actual === 'true' : chosen === 'true';
    return (
      <>
        <input
          {...shared}
          type="checkbox"
          // biome-ignore lint/a11y/useAriaPropsForRole: a checkbox has no aria-checked beside its own state (ARIA in HTML, 4)
          role="switch"
          checked={value}
          onClick={() => onEnter(String(!value) === actual ? '' : String(!value))}
        />
        <span dir="ltr">{String(value)}</span>
      </>
    );
  }
  return (
    <>
      <input {...shared} {...inputAttributes(type)} defaultValue={refused ?? inputText(type, chosen)} />
      {type.type !== 'user' && <span class="quiet">{hintText(type)}</span>}
      <button type="submit" data-action="simulate" disabled={isReadOnly}>
        {t('simulate')}
      </button>
    </>
  );
}

function inputAttributes(type: ContextType): InputHTMLAttributes<HTMLInputElement> {
  if (type.type === 'number') return { type: 'number', min: type.min, max: type.max, step: 'any' };
  return type.type === 'time'
    ? { type: 'datetime-local', max: '9999-12-31T23:59:59' }
    : { type: 'text', autocomplete: 'off', spellcheck: false };
}

const inputText = ({ type }: ContextType, chosen: string): string => (type === 'time' ? localTime(chosen) : chosen);

function hintText(type: ContextType): string {
  return type.type === 'number' ? t('fromTo', type.min, type.max) : Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** Why a value that the user has entered is not allowed. */
function refusalText(type: ContextType): string {
  if (type.type === 'number') return t('enterNumber', type.min, type.max);
  if (type.type === 'time') return t('enterTime');
  return type.type === 'user' ? t('enterUser') : ignoredText('invalid-value', '');
}

function realText({ type }: ContextType, actual: string | undefined): string {
  if (type === 'time') return t('realTime');
  return actual === undefined ? t('noRealValue') : t('realValueIs', actual);
}

/** The name of a part of the context, for people. */
export function contextName(key: string): string {
  if (key === USER_KEY) return t('contextUser');
  return key === TIME_KEY ? t('contextTime') : key.slice(1);
}

/** A simulated value for people; a time is in their time zone. */
export function contextText(key: string, value: string | undefined): string {
  if (value === undefined) return t('realValue');
  const time = key === TIME_KEY ? parseUtcTime(value) : undefined;
  return time === undefined
    ? value
    : new Intl.DateTimeFormat(t('languageTag'), { dateStyle: 'medium', timeStyle: 'short' }).format(time);
}

interface SimulatedLineProps {
  readonly site: Ready;
  readonly onStop: (names: readonly string[]) => void;
}

/** What this browser simulates, what of it the site ignores, and the button that ends both. */
export function SimulatedLine({ site: { manifest, stored }, onStop }: SimulatedLineProps): JSX.Element | null {
  const entries = simulatedEntries(manifest, stored);
  if (entries.length === 0) return null;
  const applied = entries.filter((entry) => !isIgnored(entry));
  return (
    <div class="simulated" role="status">
      <p>
        {applied.length === 0 ? t('nothingApplies') : <Applied entries={applied} />}{' '}
        <button
          type="button"
          data-action="stop-simulating"
          class="link"
          onClick={() => onStop(entries.map(({ name }) => name))}
        >
          {t('stopSimulating')}
        </button>
      </p>
      <IgnoredEntries entries={entries.filter(isIgnored)} />
    </div>
  );
}

function Applied({ entries }: { readonly entries: readonly OrphanOverride[] }): JSX.Element {
  return (
    <>
      {t('simulated')} <bdi>{entries.map(entryText).join(', ')}</bdi>
    </>
  );
}

const isIgnored = ({ variant, code }: OrphanOverride): boolean => variant === undefined || code !== undefined;

function IgnoredEntries({ entries }: { readonly entries: readonly OrphanOverride[] }): JSX.Element {
  return (
    <>
      {entries.map((entry) => (
        <p key={entry.name}>
          <bdi>{entryText(entry)}</bdi> · {ignoredText(entry.code ?? 'invalid-value', '')}
        </p>
      ))}
    </>
  );
}

function entryText({ name, label, variant }: OrphanOverride): string {
  const shown = name === USER_KEY || name === TIME_KEY ? contextName(name) : label;
  return variant === undefined ? shown : `${shown} = ${contextText(name, variant)}`;
}
