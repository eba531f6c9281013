import { Router } from 'express';
import { personOf } from '../people/people.ts';
import { sessionOf } from '../people/session.ts';

export const signIn = Router();

/** Signs in the user with the posted `userId`; any other value signs out. */
signIn.post('/sign-in', (req, res) => {
  const session = sessionOf(req);
  const person = personOf(Number(req.body?.userId));
  if (person) session.userId = person.id;
  else delete session.userId;
  res.redirect(303, localPath(req.body?.returnTo));
});

// Only a path of this site: browsers read "//elsewhere" and "/\elsewhere" as other sites.
function localPath(path: unknown): string {
  return typeof path === 'string' && /^\/(?![/\\])[\w\-./?=&%+~]*$/.test(path) ? path : '/';
}
