import { defineFlags } from 'gatekeeper-flags';

export const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' } });

declare module 'gatekeeper-flags' {
  interface Register {
    flags: typeof flags;
  }
}
