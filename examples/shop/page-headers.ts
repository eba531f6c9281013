import type { NextFunction, Request, Response } from 'express';

/** What every answer says about itself: only our own files, no framing, no guessing of types. */
export function pageHeaders(_req: Request, res: Response, next: NextFunction): void {
  res.set({
    'Content-Security-Policy': "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    'Referrer-Policy': 'same-origin', // not no-referrer: that makes a form's Origin "null"
    'X-Content-Type-Options': 'nosniff',
  });
  next();
}
