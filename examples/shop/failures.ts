import type { ErrorRequestHandler, Request, Response } from 'express';

export function notFound(_req: Request, res: Response): void {
  res.status(404).render('notice', {
    title: 'Nothing hangs here',
    message: 'We looked behind every shade. This page does not exist, or it no longer does.',
  });
}

/** A calm page for the visitor; the stack stays in the log. */
export const failure: ErrorRequestHandler = (error, _req, res, next) => {
  const status = statusOf(error);
  if (status >= 500) console.error(error);
  if (res.headersSent) return next(error);
  res.status(status).render('notice', {
    title: status >= 500 ? 'A fuse has blown' : 'We could not read that',
    message:
      status >= 500 ? 'It is our fault, not yours. Please try again in a moment.' : 'Please go back and try once more.',
  });
};

function statusOf(error: unknown): number {
  const status = (error as { status?: unknown } | null)?.status;
  return typeof status === 'number' && status >= 400 && status < 600 ? status : 500;
}
