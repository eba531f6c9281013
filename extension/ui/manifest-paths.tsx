import type { JSX, TargetedSubmitEvent } from 'preact';
import type { WrongPath } from '../app/options-state.ts';
import type { Settings } from '../app/settings.ts';
import { say } from './words.ts';

interface ManifestPathsProps {
  readonly paths: Settings['manifestPaths'];
  readonly wrong: WrongPath | undefined;
  readonly actions: {
    addPath(site: string, path: string): boolean;
    removePath(origin: string): void;
  };
}

/** Where sites have their manifests, each with the way to forget it, and a form for one more. */
export function ManifestPaths({ paths, wrong, actions }: ManifestPathsProps): JSX.Element {
  const add = (event: TargetedSubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const form = event.currentTarget;
    const typed = new FormData(form);
    if (actions.addPath(String(typed.get('site')), String(typed.get('path')))) form.reset();
  };
  return (
    <>
      {paths.size > 0 && (
        <ul>
          {[...paths].map(([origin, path]) => (
            <li key={origin} class="line">
              <span class="address">
                {origin}
                <b>{path}</b>
              </span>
              <button type="button" aria-label={say('removePath', origin)} onClick={() => actions.removePath(origin)}>
                {say('remove')}
              </button>
            </li>
          ))}
        </ul>
      )}
      <form onSubmit={add}>
        <Field name="site" label={say('site')} example="http://localhost:3000" isWrong={wrong === 'site'} />
        <Field name="path" label={say('path')} example="/flags.json" isWrong={wrong === 'path'} />
        <button type="submit">{say('addPath')}</button>
        {wrong !== undefined && (
          <p class="wrong" id="wrong" role="alert">
            {wrong === 'site' ? say('notASite') : say('notAPath')}
          </p>
        )}
      </form>
    </>
  );
}

interface FieldProps {
  readonly name: string;
  readonly label: string;
  readonly example: string;
  readonly isWrong: boolean;
}

function Field({ name, label, example, isWrong }: FieldProps): JSX.Element {
  return (
    <label class={`field ${name}`}>
      {label}
      <input
        type="text"
        name={name}
        placeholder={example}
        dir="ltr"
        spellcheck={false}
        autocomplete="off"
        required
        aria-invalid={isWrong}
        aria-describedby={isWrong ? 'wrong' : undefined}
      />
    </label>
  );
}
