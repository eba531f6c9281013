import express from 'express';
import { createGatekeeper, defineFlags, type Gate } from 'gatekeeper-flags';
import { gatekeeper, manifestRoute } from 'gatekeeper-flags/express';
import { type RecordingServer, serve } from './recording-server.ts';

const flags = defineFlags({
  CHECKOUT: { variants: ['CLASSIC', 'ONE_PAGE'], default: 'CLASSIC' },
  SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT' },
});

/**
 * Serves a page whose headers are sent before its first flag is evaluated, so that only its element can list the flag. Its
 * policy forbids all scripts.
 */
export function openStreamingSite(): Promise<RecordingServer> {
  const keeper = createGatekeeper({ flags });
  const app = express();
  app.use(gatekeeper(keeper), manifestRoute(keeper));
  app.get('/', (req, res) => {
    const gk = (req as unknown as { readonly gk: Gate<typeof flags> }).gk;
    const policy = "default-src 'none'; connect-src 'self'; require-trusted-types-for 'script'";
    res.set({ 'Content-Security-Policy': policy, 'Cache-Control': 'private, no-store' });
    res.write('<!doctype html><html lang="en"><title>A page</title>');
    res.write(`<p data-testid="checkout">${gk.ffVariant('CHECKOUT')}</p>`);
    res.end(`${gk.usedScript()}</html>`);
  });
  return serve(app);
}
