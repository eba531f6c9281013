import { Router } from 'express';
import { personOf } from '../people.ts';
import { sessionOf } from '../session.ts';

export const signIn = Router();

/** Signs in the person with the posted `userId`; anything else signs out. */
signIn.post('/sign-in', (req, res) => {
  const session = sessionOf(req);
  const person = personOf(Number(req.body?.userId));
  if (person) session.userId = person.id;
  else delete session.userId;
  res.redirect(303, localPath(req.body?.returnTo));
});

// A path of ours as it was in the address bar; "//elsewhere" and "/\elsewhere" would be other sites.
function localPath(path: unknown): string {
  return typeof path === 'string' && /^\/(?![/\\])[\w\-./?=&%+~]*$/.test(path) ? path : '/';
}
