import { gatekeeperProxy, nextGate } from 'gatekeeper-flags/next';
import { attributesOf, FIXTURE, keeperOf, OFREP, userOf } from './definitions.mjs';

const keeper = keeperOf(process.env.SITE);
const options = { userId: async (request) => userOf(request), attributes: async (request) => attributesOf(request) };

export const gk = nextGate(keeper, options);
export const proxy = gatekeeperProxy(keeper, { ...options, ofrep: OFREP, overridePage: {} });

/** The headers of `/page`, and others. */
export const pageHeaders = (others) => new Headers({ ...FIXTURE.pageHeaders, ...others });

/** The parameters of a request's URL. */
export const queryOf = (request) => Object.fromEntries(new URL(request.url).searchParams);
