import { startFlask } from '../../helpers/processes/flask.ts';
import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';
import { type HostSite, hostContract } from './host-contract.ts';

const site = closeAfterFile(await openFlask());

inEachBrowser((browser) => hostContract(browser, site));

async function openFlask(): Promise<HostSite> {
  const [development, production] = await Promise.all([startFlask(), startFlask('app.py', '--production')]);
  return {
    development: development.origin.replace('localhost', 'flask.localhost'),
    production: production.origin.replace('localhost', 'flask-production.localhost'),
    close() {
      development.close();
      production.close();
    },
  };
}
