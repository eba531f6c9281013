import fc from 'fast-check';

const { GATEKEEPER_SEED = '20260731' } = process.env;

/** The seed of all random values in the tests: the same in every run, unless `npm run test:deep` sets another. */
export const SEED = Number(GATEKEEPER_SEED);

if (!Number.isSafeInteger(SEED)) throw new Error(`GATEKEEPER_SEED must be a whole number; got "${GATEKEEPER_SEED}"`);

// Vitest runs this before every test file (setupFiles). A property without its own seed uses this one.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: SEED });
