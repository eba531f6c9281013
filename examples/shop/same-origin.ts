import type { NextFunction, Request, Response } from 'express';

/**
 * Refuses a form that another site posts. The session cookie is SameSite=Lax, which lets a sibling subdomain through;
 * browsers name the origin of every POST, so this does not.
 */
export function sameOriginPosts(req: Request, res: Response, next: NextFunction): void {
  if (SAFE_METHODS.has(req.method) || comesFromHere(req)) next();
  else res.status(403).render('notice', FOREIGN_FORM);
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

const FOREIGN_FORM = {
  title: 'That came from somewhere else',
  message: 'This form was sent by another site, so we did not act on it.',
};

// No Origin at all: not a browser, so there is no visitor whose cookies could be abused.
function comesFromHere(req: Request): boolean {
  const origin = req.get('origin');
  return origin === undefined || (URL.canParse(origin) && new URL(origin).host === req.get('host'));
}
