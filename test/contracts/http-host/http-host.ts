import { describe } from 'vitest';
import { cachingContract } from './caching.ts';
import { closedProductionContract } from './closed-production.ts';
import { developmentCookieContract } from './development-cookie.ts';
import { gateContract } from './gate.ts';
import { grantCsrfContract } from './grant-csrf.ts';
import { grantRouteContract } from './grant-route.ts';
import type { Host } from './host.ts';
import { manifestRouteContract } from './manifest-route.ts';
import { refusalsContract } from './refusals.ts';
import { serverTimingContract } from './server-timing.ts';
import { twoKeepersContract } from './two-keepers.ts';
import { untouchedResponsesContract } from './untouched-responses.ts';
import { usedScriptContract } from './used-script.ts';
import { visitorsContract } from './visitors.ts';

/** The contract of the middleware and the routes for every framework. */
export function httpHostContract(host: Host): void {
  describe(`on ${host.name}`, () => {
    describe('the gate', () => gateContract(host));
    describe('the manifest', () => manifestRouteContract(host));
    describe('production', () => closedProductionContract(host));
    describe('grants', () => grantRouteContract(host));
    describe('a refused request', () => refusalsContract(host));
    describe('the cookie in development', () => developmentCookieContract(host));
    describe('two keepers', () => twoKeepersContract(host));
    describe('requests from other sites', () => grantCsrfContract(host));
    describe('what a page used', () => serverTimingContract(host));
    describe('what a page used, in the page', () => usedScriptContract(host));
    describe('visitors without a user', () => visitorsContract(host));
    describe('caches', () => cachingContract(host));
    describe('everything else', () => untouchedResponsesContract(host));
  });
}
