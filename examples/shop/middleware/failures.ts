import type { ErrorRequestHandler, Request, Response } from 'express';

export function notFound(_req: Request, res: Response): void {
  res.status(404).render('notice', {
    title: 'Page not found',
    message: 'This page does not exist.',
  });
}

/** Renders a short error page; the stack goes only to the log. */
export const failure: ErrorRequestHandler = (error, _req, res, next) => {
  const status = statusOf(error);
  if (status >= 500) console.error(error);
  if (res.headersSent) return next(error);
  res.status(status).render('notice', {
    title: status >= 500 ? 'Something went wrong' : 'Invalid request',
    message: status >= 500 ? 'The shop failed to show this page. Try again in a moment.' : 'Go back and try again.',
  });
};

function statusOf(error: unknown): number {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}
