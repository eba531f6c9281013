import { fileURLToPath } from 'node:url';
import type { Express } from 'express';
import nunjucks from 'nunjucks';
import { margin, money } from './catalogue/prices.ts';

/** Makes `res.render('home')` render views/home.njk. Templates evaluate flags with `gk`, which the middleware sets in `res.locals`. */
export function useViews(app: Express): void {
  const views = fileURLToPath(new URL('views', import.meta.url));
  const environment = nunjucks.configure(views, {
    express: app,
    autoescape: true,
    trimBlocks: true,
    lstripBlocks: true,
  });
  environment.addFilter('money', money);
  environment.addFilter('margin', margin);
  app.set('view engine', 'njk');
}
