import express, { type ErrorRequestHandler, type Express } from 'express';
import { gatekeeper, manifestRoute } from '../../server-lib/express.ts';
import { createGatekeeper } from '../../server-lib/index.ts';
import { flags, PAGES } from './flags.ts';

/** The failures that the application counts while it serves requests. */
export interface ErrorCounts {
  exceptions: number;
  rejections: number;
  /** Responses with status 500 or higher. */
  serverErrors: number;
  /** Responses for a known page with a status other than 200. */
  spoiltPages: number;
}

/** The users of the traffic. */
const REAL_USER = /^u_\d{1,2}$/;

/** An application in production that allows overrides by a header; it counts failures in `counts`. */
export function shop(counts: ErrorCounts): Express {
  const keeper = createGatekeeper({
    flags,
    allowOverrides: (request) => (request as express.Request).get('x-tester') === 'yes',
    simulate: {
      userId: true,
      time: true,
      attributes: { country: ['DE', 'NL'], seats: { min: 1, max: 500 }, beta: 'boolean' },
    },
    onEvaluate: ({ simulated, userId }) => {
      const isReal = userId === undefined || REAL_USER.test(String(userId));
      if (simulated || !isReal) counts.exceptions += 1; // an experiment must not count it
    },
    onError: () => {}, // the flag BROKEN throws on purpose
  });
  const app = express();
  app.use((request, response, next) => {
    const isPage = request.method === 'GET' && Object.hasOwn(PAGES, request.path);
    response.on('finish', () => {
      if (response.statusCode >= 500) counts.serverErrors += 1;
      if (isPage && response.statusCode !== 200) counts.spoiltPages += 1;
    });
    next();
  });
  app.use(gatekeeper(keeper, { userId: (request) => request.get('x-user'), attributes: () => ({ beta: true }) }));
  app.use(manifestRoute(keeper));
  for (const [path, flagNames] of Object.entries(PAGES)) {
    app.get(path, ({ gk }, response) => {
      response.send(
        `<!doctype html><title>Shop</title>${flagNames.map((flag) => `<p>${flag} ${gk.ffVariant(flag)}`).join('')}`,
      );
    });
  }
  app.get('/lamps/:name', (request, response) => {
    response.json({ name: request.params.name, layout: request.gk.ffVariant('LAYOUT') });
  });
  app.use(errorHandler(counts));
  return app;
}

// A malformed URL makes Express throw, with a status below 500. Any other exception is a failure of the library.
function errorHandler(counts: ErrorCounts): ErrorRequestHandler {
  return function soakError(error, _request, response, _next) {
    const status: unknown = error?.status;
    const isClients = typeof status === 'number' && status < 500;
    if (!isClients && counts.exceptions++ < 3) console.error(error); // three examples are enough
    response.status(isClients ? status : 500).end();
  };
}
