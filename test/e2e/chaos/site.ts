import express from 'express';
import { createGatekeeper, defineFlags } from 'gatekeeper-flags';
import { gatekeeper, manifestRoute } from 'gatekeeper-flags/express';
import { type RecordingServer, serve } from '../sites/recording-server.ts';

const NAMES = ['ALPHA', 'BRAVO', 'CHARLIE', 'DELTA', 'ECHO', 'FOXTROT', 'GOLF'] as const;

/** The flags of each site here. */
export const FLAGS: readonly string[] = NAMES;
/** The variants of each flag; `''` removes an override. */
export const VARIANTS: readonly string[] = ['ONE', 'TWO', 'THREE', ''];

/** Serves small sites that use the library, each name on its own origin. `?wait=N` delays the response by N milliseconds. */
export function serveSites(): Promise<RecordingServer> {
  const flag = { variants: ['ONE', 'TWO', 'THREE'], default: 'ONE' } as const;
  const flags = defineFlags(Object.fromEntries(NAMES.map((name) => [name, flag])));
  const keeper = createGatekeeper({ flags });
  const app = express();
  app.use(gatekeeper(keeper));
  app.use(manifestRoute(keeper));
  app.use((request, response) => {
    const page = `<!doctype html><html lang="en"><title>${request.hostname}</title><p>A page.</p></html>`;
    setTimeout(() => response.send(page), Number(request.query.wait ?? 0));
  });
  return serve(app);
}
