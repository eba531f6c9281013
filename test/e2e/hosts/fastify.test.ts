import { closeAfterFile, inEachBrowser } from '../in-each-browser.ts';
import { hostContract } from './host-contract.ts';
import { openNodeSite } from './node-site.ts';

const site = closeAfterFile(await openNodeSite('fastify'));

inEachBrowser((browser) => hostContract(browser, site));
