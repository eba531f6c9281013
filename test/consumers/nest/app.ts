import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import type { Request } from 'express';
import { createGatekeeper, defineFlags, type Gate } from 'gatekeeper-flags';
import { GatekeeperModule, Gk, gatekeeper, manifestRoute, RequireVariant } from 'gatekeeper-flags/nest';

const flags = defineFlags({
  MY_NEW_FEATURE: { variants: ['VISIBLE', 'NOT_VISIBLE'], default: 'NOT_VISIBLE' },
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
  LIMIT: { variants: ['LOW', 'HIGH'], values: { LOW: 10, HIGH: 100 }, default: 'LOW' },
});

declare module 'gatekeeper-flags' {
  interface Register {
    flags: typeof flags;
  }
}

const keeper = createGatekeeper({ flags, allowOverrides: (request) => request.headers['x-user'] === 'ann' });
export const onExpress = GatekeeperModule.forRoot({ keeper, userId: (request: Request) => request.get('x-user') });
export const async = GatekeeperModule.forRootAsync({ useFactory: () => ({ keeper }) });
export const middleware = [gatekeeper(keeper), manifestRoute(keeper, { path: '/flags.json' })];

@Controller()
@RequireVariant('MY_NEW_FEATURE', 'VISIBLE')
export class AppController {
  @Get()
  @RequireVariant('SEARCH', 'FUZZY')
  home(@Gk() gk: Gate): object {
    const visible: boolean = gk.ff('MY_NEW_FEATURE', 'VISIBLE');
    const variant: 'EXACT' | 'FUZZY' = gk.ffVariant('SEARCH');
    const limit: 10 | 100 = gk.ffValue('LIMIT');
    // @ts-expect-error there is no such flag
    gk.ff('MY_NEW_FAETURE', 'VISIBLE');
    // @ts-expect-error the value is a number
    const wrong: string = gk.ffValue('LIMIT');
    return { visible, variant, limit, wrong };
  }

  @Get('misspelt')
  // @ts-expect-error FUZZY belongs to SEARCH
  @RequireVariant('MY_NEW_FEATURE', 'FUZZY')
  misspelt(): void {}
}

@Module({ imports: [GatekeeperModule.forRoot({ keeper })], controllers: [AppController] })
export class AppModule {}

// @ts-expect-error a user's id is a string or a number
GatekeeperModule.forRoot({ keeper, userId: () => true });
// @ts-expect-error the module needs a keeper
GatekeeperModule.forRoot({});
