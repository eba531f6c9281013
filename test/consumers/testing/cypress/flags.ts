// flags.ts
import { defineFlags } from 'gatekeeper-flags';

export const flags = defineFlags({
  CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
});

declare module 'gatekeeper-flags' {
  interface Register {
    flags: typeof flags;
  }
}
