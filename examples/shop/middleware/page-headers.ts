import type { NextFunction, Request, Response } from 'express';

/** Headers of every response: only files of this site, no framing, no MIME sniffing. */
export function pageHeaders(_req: Request, res: Response, next: NextFunction): void {
  res.set({
    'Content-Security-Policy': "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    'Referrer-Policy': 'same-origin', // not no-referrer: that makes a form's Origin "null"
    'X-Content-Type-Options': 'nosniff',
  });
  next();
}
