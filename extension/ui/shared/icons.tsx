import type { ComponentChildren, JSX } from 'preact';

/** The product's logo: an open gate. */
export function GateIcon(): JSX.Element {
  return (
    <Icon size={18}>
      <path d="M4 21V9l8-6 8 6v12M9.5 21v-6.5h5V21" />
    </Icon>
  );
}

export function SearchIcon(): JSX.Element {
  return (
    <Icon size={14}>
      <circle cx="11" cy="11" r="7" />
      <path d="m20 20-3.5-3.5" />
    </Icon>
  );
}

export function LockIcon(): JSX.Element {
  return (
    <Icon size={12}>
      <rect x="4" y="11" width="16" height="10" rx="2" />
      <path d="M8 11V7a4 4 0 0 1 8 0v4" />
    </Icon>
  );
}

export function SeenIcon(): JSX.Element {
  return (
    <Icon size={11}>
      <path d="m4 13 5 5L20 6" />
    </Icon>
  );
}

export function PersonIcon(): JSX.Element {
  return (
    <Icon size={16}>
      <circle cx="12" cy="8" r="4" />
      <path d="M4 21c0-4 3.5-6.5 8-6.5s8 2.5 8 6.5" />
    </Icon>
  );
}

export function ScenariosIcon(): JSX.Element {
  return (
    <Icon size={16}>
      <path d="m12 4 9 5-9 5-9-5zM3 14.5l9 5 9-5" />
    </Icon>
  );
}

export function WindowIcon(): JSX.Element {
  return (
    <Icon size={15}>
      <path d="M13 5h6v6M19 5l-8 8M10 5H5v14h14v-5" />
    </Icon>
  );
}

export function ShareIcon(): JSX.Element {
  return (
    <Icon size={16}>
      <path d="M12 15V4M8 7.5l4-4 4 4M5 12v8h14v-8" />
    </Icon>
  );
}

export function PinIcon(): JSX.Element {
  return (
    <Icon size={15}>
      <path d="M9 3h6l-1 7 4 4H6l4-4zM12 14v7" />
    </Icon>
  );
}

export function GearIcon(): JSX.Element {
  return (
    <Icon size={15}>
      <path d="M4 7h9M19 7h1M4 17h1M11 17h9" />
      <circle cx="16" cy="7" r="2.5" />
      <circle cx="8" cy="17" r="2.5" />
    </Icon>
  );
}

function Icon({ size, children }: { readonly size: number; readonly children: ComponentChildren }): JSX.Element {
  return (
    <svg class="icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true">
      {children}
    </svg>
  );
}
