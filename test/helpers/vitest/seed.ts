import fc from 'fast-check';

const { GATEKEEPER_SEED = '20260731' } = process.env;

/** The seed of everything that is random in a test: the same in every run, unless `npm run test:deep` gives another. */
export const SEED = Number(GATEKEEPER_SEED);

if (!Number.isSafeInteger(SEED)) throw new Error(`GATEKEEPER_SEED must be a whole number; got "${GATEKEEPER_SEED}"`);

// Vitest runs this before every test file (setupFiles): a property that names no seed has this one.
fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: SEED });
