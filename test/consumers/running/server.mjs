// node server.mjs express|connect: serves one page that evaluates one flag, and prints its port.
import http from 'node:http';
import { createGatekeeper, defineFlags } from 'gatekeeper-flags';
import { gatekeeper, manifestRoute } from 'gatekeeper-flags/express';

const { default: framework } = await import(process.argv[2]);
const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'EXACT', users: { FUZZY: [7] } } });
const keeper = createGatekeeper({ flags });
const app = framework();
app.use(gatekeeper(keeper, { userId: (request) => request.headers['x-user'] }));
app.use(manifestRoute(keeper));
app.use((request, response) => response.end(request.gk.ff('SEARCH', 'FUZZY') ? 'fuzzy' : 'exact'));

const server = http.createServer(app).listen(0, '127.0.0.1', () => console.log(server.address().port));
