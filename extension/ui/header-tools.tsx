import type { ComponentChildren, JSX } from 'preact';
import type { Actions } from './actions.ts';
import { GearIcon, PinIcon, WindowIcon } from './icons.tsx';
import { say } from './words.ts';

interface HeaderToolsProps {
  /** Whether the site is pinned; `undefined` where there is nothing to pin. */
  readonly isPinned: boolean | undefined;
  readonly actions: Pick<Actions, 'pin' | 'detach' | 'view' | 'openOptions'>;
}

/** What is done once in a while: pin the site, take the popup out, learn the keys, change the settings. */
export function HeaderTools({ isPinned, actions }: HeaderToolsProps): JSX.Element {
  return (
    <div class="header-tools">
      {isPinned !== undefined && (
        <Tool action="pin" name={say('pinSite')} isPressed={isPinned} onClick={() => actions.pin(!isPinned)}>
          <PinIcon />
        </Tool>
      )}
      {actions.detach && (
        <Tool action="detach" name={say('detach')} onClick={actions.detach}>
          <WindowIcon />
        </Tool>
      )}
      <Tool action="help" name={say('keyboard')} view="help" onClick={() => actions.view('help')}>
        ?
      </Tool>
      <Tool action="options" name={say('openOptions')} onClick={actions.openOptions}>
        <GearIcon />
      </Tool>
    </div>
  );
}

interface ToolProps {
  readonly action: 'pin' | 'detach' | 'help' | 'options';
  readonly name: string;
  readonly isPressed?: boolean;
  /** The view that it opens. */
  readonly view?: string;
  readonly onClick: () => void;
  readonly children: ComponentChildren;
}

function Tool({ action, name, isPressed, view, onClick, children }: ToolProps): JSX.Element {
  return (
    <button
      type="button"
      data-action={action}
      class="tool"
      data-view={view}
      title={name}
      aria-label={name}
      aria-pressed={isPressed}
      onClick={onClick}
    >
      {children}
    </button>
  );
}
