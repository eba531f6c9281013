// The ES module half of the application. It registers the flags, and mounts what the other half exports.
import type { Gatekeeper } from 'gatekeeper-flags';
import { gatekeeper } from 'gatekeeper-flags/express';
import { flags } from './flags.mjs';
import { keeperFor } from './half.cjs';

const keeper: Gatekeeper = keeperFor(flags);
export const middleware = gatekeeper(keeper);
