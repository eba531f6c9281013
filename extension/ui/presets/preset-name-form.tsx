import type { JSX, TargetedSubmitEvent } from 'preact';
import { MANIFEST_LIMITS } from '../../../server-lib/wire.ts';
import { MAX_NAME_LENGTH, type PresetError } from '../../app/presets/presets.ts';
import { type MessageKey, t } from '../i18n/translate.ts';

interface NameFormProps {
  readonly label: string;
  readonly button: string;
  /** The button's `data-action` attribute, for automation. */
  readonly action: 'save-preset' | 'rename';
  readonly isDisabled: boolean;
  readonly onName: (name: string) => void;
}

/** A form with a field for the name of a preset. */
export function NameForm({ label, button, action, isDisabled, onName }: NameFormProps): JSX.Element {
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const name = new FormData(event.currentTarget).get('name');
    if (typeof name === 'string') onName(name);
    event.currentTarget.reset();
  };
  return (
    <form class="naming" onSubmit={submit}>
      <input name="name" aria-label={label} placeholder={label} required maxLength={MAX_NAME_LENGTH} />
      <button type="submit" data-action={action} disabled={isDisabled}>
        {button}
      </button>
    </form>
  );
}

/** The message for a preset that could not be saved, renamed or restored. */
export function presetErrorText(error: PresetError): string {
  return error === 'full' ? t('presetFull', MANIFEST_LIMITS.scenarios) : t(ERROR_KEYS[error]);
}

const ERROR_KEYS: Readonly<Record<Exclude<PresetError, 'full'>, MessageKey>> = {
  nameless: 'presetNameless',
  taken: 'presetTaken',
  'not-kept': 'presetNotKept',
};
