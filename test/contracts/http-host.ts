import { describe } from 'vitest';
import { closedProductionContract } from './closed-production.ts';
import { gateContract } from './gate.ts';
import type { Host } from './host.ts';
import { manifestRouteContract } from './manifest-route.ts';
import { undisturbedContract } from './undisturbed.ts';

/** What the middleware and the manifest's route promise on every framework. */
export function httpHostContract(host: Host): void {
  describe(`on ${host.name}`, () => {
    describe('the gate', () => gateContract(host));
    describe('the manifest', () => manifestRouteContract(host));
    describe('production', () => closedProductionContract(host));
    describe('everything else', () => undisturbedContract(host));
  });
}
