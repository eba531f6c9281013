import type { NextFunction, Request, Response } from 'express';

/**
 * Rejects a form that another site posts. The session cookie is SameSite=Lax, which allows posts from a sibling subdomain.
 * Browsers send the Origin header with every POST, so this check also rejects those.
 */
export function sameOriginPosts(req: Request, res: Response, next: NextFunction): void {
  if (SAFE_METHODS.has(req.method) || comesFromHere(req)) next();
  else res.status(403).render('notice', FOREIGN_FORM);
}

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

const FOREIGN_FORM = {
  title: 'Form rejected',
  message: 'Another site sent this form, so the shop did not process it.',
};

function hostOf(origin: string): string | undefined {
  try {
    return new URL(origin).host;
  } catch {
    return undefined; // "null", from a sandboxed page
  }
}

// A request without Origin is not from a browser, so no visitor's cookies can be abused.
function comesFromHere(req: Request): boolean {
  const origin = req.get('origin');
  return origin === undefined || hostOf(origin) === req.get('host');
}
