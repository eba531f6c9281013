import type { JSX } from 'preact';
import { type ImportProblem, readImport } from '../app/import-overrides.ts';
import type { Ready } from '../app/session-state.ts';
import type { ShareActions } from './actions.ts';
import { PlanPreview } from './plan-preview.tsx';
import { say, type Word } from './words.ts';

interface ImportFieldProps {
  readonly site: Ready;
  readonly pasted: string;
  readonly actions: Pick<ShareActions, 'paste' | 'apply'>;
}

const PROBLEMS: Readonly<Record<ImportProblem, Word>> = {
  'not-json': 'importNotJson',
  'not-an-object': 'importNotAnObject',
  'too-large': 'importTooLarge',
};

/** A field to paste overrides into, and what they would change. */
export function ImportField({ site, pasted, actions }: ImportFieldProps): JSX.Element {
  const reading = readImport(pasted);
  return (
    <>
      <h3>{say('importTitle')}</h3>
      <textarea
        rows={4}
        spellcheck={false}
        aria-label={say('importLabel')}
        placeholder={say('importLabel')}
        value={pasted}
        onInput={({ currentTarget }) => actions.paste(currentTarget.value)}
      />
      {reading.kind === 'problem' && (
        <p class="doubt" role="alert">
          {say(PROBLEMS[reading.problem])}
        </p>
      )}
      {reading.kind === 'entries' && (
        <PlanPreview site={site} proposed={reading.entries} onApply={(mode) => actions.apply(reading.entries, mode)} />
      )}
    </>
  );
}
