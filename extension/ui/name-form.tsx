import type { JSX, TargetedSubmitEvent } from 'preact';
import { LONGEST_NAME } from '../app/presets.ts';

interface NameFormProps {
  readonly label: string;
  readonly button: string;
  /** What the button does, for automation. */
  readonly action: 'save-preset' | 'rename';
  readonly isDisabled: boolean;
  readonly onName: (name: string) => void;
}

/** A field for the name of a preset, and the button that gives it. */
export function NameForm({ label, button, action, isDisabled, onName }: NameFormProps): JSX.Element {
  const submit = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const name = new FormData(event.currentTarget).get('name');
    if (typeof name === 'string') onName(name);
    event.currentTarget.reset();
  };
  return (
    <form class="naming" onSubmit={submit}>
      <input name="name" aria-label={label} placeholder={label} required maxLength={LONGEST_NAME} />
      <button type="submit" data-action={action} disabled={isDisabled}>
        {button}
      </button>
    </form>
  );
}
