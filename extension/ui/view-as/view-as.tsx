import type { JSX } from 'preact';
import type { Ready } from '../../app/session/session-state.ts';
import { t } from '../i18n/translate.ts';
import type { PopupActions, ViewAsInput } from '../popup/popup-actions.ts';
import { ViewFrame } from '../popup/view-frame.tsx';
import { WriteErrorNotice } from '../shared/write-error.tsx';
import { ContextForm } from './context-form.tsx';

interface ViewAsProps {
  readonly site: Ready;
  readonly input: ViewAsInput;
  readonly actions: Pick<PopupActions, 'removeOverrides' | 'retry'>;
  readonly onBack: () => void;
}

/** The view that simulates another user, another time or other attributes. */
export function ViewAs({ site, input, actions, onBack }: ViewAsProps): JSX.Element {
  return (
    <ViewFrame title={t('viewAs')} onBack={onBack}>
      <WriteErrorNotice site={site} actions={actions} />
      <ContextForm site={site} input={input} actions={actions} />
    </ViewFrame>
  );
}
