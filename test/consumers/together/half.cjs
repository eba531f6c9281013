// The CommonJS part of the application.
const { createGatekeeper, defineFlags, GatekeeperError } = require('gatekeeper-flags');

const flags = defineFlags({ SEARCH: { variants: ['EXACT', 'FUZZY'], default: 'FUZZY' } });
module.exports = { keeper: createGatekeeper({ flags }), GatekeeperError };
