// npm install @nestjs/{common,core,platform-express} reflect-metadata rxjs gatekeeper-flags
// NODE_ENV=development npx tsx server.mts; then open http://localhost:3000
import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { createGatekeeper, defineFlags, type Gate } from 'gatekeeper-flags';
import { GatekeeperModule, Gk, RequireVariant } from 'gatekeeper-flags/nest';

const flags = defineFlags({
  CHECKOUT: { description: 'The checkout that a customer gets', variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  WELCOME: { variants: ['SHOWN', 'HIDDEN'], default: 'HIDDEN', users: { SHOWN: ['ann'] } },
});
declare module 'gatekeeper-flags' {
  interface Register {
    flags: typeof flags;
  }
}
const keeper = createGatekeeper({ flags, name: 'Nest example' });
@Controller()
class ShopController {
  @Get()
  home(@Gk() gk: Gate): string {
    const welcome = gk.ff('WELCOME', 'SHOWN') ? '<p>Welcome</p>' : '';
    return `<!doctype html><title>Shop</title>${welcome}<p>Checkout: ${gk.ffVariant('CHECKOUT')}`;
  }

  @Get('one-page')
  @RequireVariant('CHECKOUT', 'ONE_PAGE') // else the application's own 404
  onePage(): string {
    return 'The one-page checkout';
  }
}

const gates = GatekeeperModule.forRoot({ keeper, userId: ({ headers }) => headers['x-user']?.toString() });
@Module({ imports: [gates], controllers: [ShopController] })
class ShopModule {}

const app = await NestFactory.create(ShopModule, { logger: ['error'] });
await app.listen(process.env.PORT ?? 3000);
console.log(await app.getUrl());
