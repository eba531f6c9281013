import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import express, { type Express } from 'express';
import handlebars from 'handlebars';
import nunjucks from 'nunjucks';
import request from 'supertest';
import { expect, test } from 'vitest';
import { gatekeeper } from '../../../server-lib/express.ts';
import { createGatekeeper, defineFlags } from '../../../server-lib/index.ts';
import { errorLog } from '../../fakes/error-log.ts';
import { overrideCookie } from '../../helpers/http/node-request.ts';
import { folderForThisTest } from '../../helpers/temporary-folder.ts';

const flags = defineFlags({
  MY_NEW_FEATURE: { variants: ['VISIBLE', 'NOT_VISIBLE'], default: 'NOT_VISIBLE', users: { VISIBLE: [7] } },
  LIMIT: { variants: ['LOW', 'HIGH'], values: { LOW: 10, HIGH: 100 }, default: 'LOW', users: { HIGH: [7] } },
});

interface Engine {
  readonly engine: string;
  readonly template: string;
  /** The set-up for Express from the engine's manual; empty if Express finds the engine by the file's name. */
  readonly install: (app: Express, views: string) => unknown;
}

const ENGINES: readonly Engine[] = [
  {
    engine: 'njk',
    template: `{% if gk.ff('MY_NEW_FEATURE', 'VISIBLE') %}new{% else %}old{% endif %} {{ gk.ffVariant('MY_NEW_FEATURE') }} {{ gk.ffVariant('MY_NEW_FEATURE', { userId: 7 }) }} {{ gk.explain('MY_NEW_FEATURE').source }} {{ gk.ff('MISSPELT', 'ON') }}`,
    install: (app, views) => nunjucks.configure(views, { express: app, autoescape: true }),
  },
  {
    engine: 'ejs',
    template: `<% if (gk.ff('MY_NEW_FEATURE', 'VISIBLE')) { %>new<% } else { %>old<% } %> <%= gk.ffVariant('MY_NEW_FEATURE') %> <%= gk.ffVariant('MY_NEW_FEATURE', { userId: 7 }) %> <%= gk.explain('MY_NEW_FEATURE').source %> <%= gk.ff('MISSPELT', 'ON') %>`,
    install: () => {},
  },
  {
    engine: 'pug',
    template: `if gk.ff('MY_NEW_FEATURE', 'VISIBLE')
  | new
else
  | old
|  #{gk.ffVariant('MY_NEW_FEATURE')} #{gk.ffVariant('MY_NEW_FEATURE', { userId: 7 })} #{gk.explain('MY_NEW_FEATURE').source} #{gk.ff('MISSPELT', 'ON')}`,
    install: () => {},
  },
  {
    engine: 'hbs',
    template: `{{#if (gk.ff 'MY_NEW_FEATURE' 'VISIBLE')}}new{{else}}old{{/if}} {{gk.ffVariant 'MY_NEW_FEATURE'}} {{lookup (gk.explain 'MY_NEW_FEATURE') 'source'}} {{gk.ff 'MISSPELT' 'ON'}}`,
    install: (app) =>
      app.engine('hbs', (file, context, done) => done(null, handlebars.compile(readFileSync(file, 'utf8'))(context))),
  },
];

test.each(ENGINES)(
  'a $engine template evaluates flags with gk, for the page’s request',
  async ({ engine, template, install }) => {
    const views = folderForThisTest();
    writeFileSync(path.join(views, `page.${engine}`), template);
    const log = errorLog();
    const app = express();
    install(app, views);
    app.set('views', views);
    app.use(gatekeeper(createGatekeeper({ flags, ...log })));
    app.get('/', (_req, res) => res.render(`page.${engine}`, { title: 'Home' }));
    const other = engine === 'hbs' ? '' : ' VISIBLE'; // Handlebars has no object literals

    await request(app).get('/').expect(200, `old NOT_VISIBLE${other} default false`);
    await request(app)
      .get('/')
      .set('Cookie', overrideCookie({ MY_NEW_FEATURE: 'VISIBLE' }))
      .expect(200, `new VISIBLE${other} override false`);

    expect(log.codes).toEqual(['ERR_GK_UNKNOWN_FLAG', 'ERR_GK_UNKNOWN_FLAG']);
  },
);

test('a Nunjucks template with the request can call request.gk.ff, as in the Flask pattern', async () => {
  const views = folderForThisTest();
  writeFileSync(path.join(views, 'page.njk'), `{% if request.gk.ff('MY_NEW_FEATURE', 'VISIBLE') %}new{% endif %}`);
  const app = express();
  nunjucks.configure(views, { express: app });
  app.use(gatekeeper(createGatekeeper({ flags }), { userId: () => 7 }));
  app.get('/', (req, res) => res.render('page.njk', { request: req }));

  await request(app).get('/').expect(200, 'new');
});

test.each([
  { engine: 'njk', template: "{{ gk.ffVariant('MY_NEW_FEATURE', userId=7) }} {{ gk.ffValue('LIMIT', userId=7) }}" },
  { engine: 'hbs', template: "{{gk.ffVariant 'MY_NEW_FEATURE' userId=7}} {{gk.ffValue 'LIMIT' userId=7}}" },
])('a $engine template passes another user as a named argument', async ({ engine, template }) => {
  const views = folderForThisTest();
  writeFileSync(path.join(views, `page.${engine}`), template);
  const log = errorLog();
  const app = express();
  ENGINES.find((one) => one.engine === engine)?.install(app, views);
  app.set('views', views);
  app.use(gatekeeper(createGatekeeper({ flags, ...log })));
  app.get('/', (_req, res) => res.render(`page.${engine}`));

  await request(app).get('/').expect(200, 'VISIBLE 100');

  expect(log.codes).toEqual([]);
});
