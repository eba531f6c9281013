import { buildNextProject } from '../../helpers/processes/next-project.ts';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';
import { type HostSite, hostContract } from './host-contract.ts';

// Next 16, in `npm run test:deep` only.
const site = closeAfterFile(await openNext());

inEachBrowser((browser) => hostContract(browser, site));

async function openNext(): Promise<HostSite> {
  const project = await buildNextProject('test/server-lib/hosts/next/site', 'next');
  // A production build with NODE_ENV=test counts as development.
  const [development, production] = await Promise.all([project.start({ NODE_ENV: 'test' }), project.start({})]);
  return {
    development: development.origin.replace('127.0.0.1', 'next.localhost'),
    production: production.origin.replace('127.0.0.1', 'next-production.localhost'),
    close() {
      development.close();
      production.close();
      project.remove();
    },
  };
}
