import request from 'supertest';
import { expect, test } from 'vitest';
import { createShop } from '../../examples/shop/app.ts';
import { textIn, visitor } from './visitor.ts';

test('the header shows the user’s name after signing in, and not after signing out', async () => {
  const someone = visitor(createShop());

  const before = await someone.get('/');
  await someone.signIn(2);
  const during = await someone.get('/');
  await someone.post('/sign-in', { userId: '' });
  const after = await someone.get('/');

  expect([before, during, after].map((page) => textIn(page, 'signed-in-as'))).toEqual([
    'Not signed in',
    'Grace',
    'Not signed in',
  ]);
});

test('the session cookie is HttpOnly and SameSite=Lax', async () => {
  const { headers } = await visitor(createShop()).signIn(1);

  expect(headers['set-cookie']).toSatisfy((cookies: string[]) =>
    cookies.every((cookie) => /; samesite=lax; httponly/i.test(cookie)),
  );
});

test('signing in as an unknown user fails', async () => {
  const someone = visitor(createShop());

  await someone.signIn(4);
  const home = await someone.get('/');

  expect(textIn(home, 'signed-in-as')).toBe('Not signed in');
});

test.each([
  // return to         leads to
  ['/flags', '/flags'],
  ['/?q=halo', '/?q=halo'],
  ['//elsewhere.example', '/'],
  ['/\\elsewhere.example', '/'],
  ['https://elsewhere.example', '/'],
  ['', '/'],
])('signing in from "%s" leads to %s', async (returnTo, location) => {
  const response = await visitor(createShop()).post('/sign-in', { userId: '1', returnTo });

  expect(response.headers.location).toBe(location);
});

test.each(['https://elsewhere.example', 'null'])('a form sent from %s is refused', async (origin) => {
  const response = await request(createShop()).post('/sign-in').set('Origin', origin).type('form').send({ userId: 1 });

  expect(response.status).toBe(403);
  expect(response.headers['set-cookie']).toBeUndefined();
});

test('an unknown page gets the shop’s own 404', async () => {
  const page = await visitor(createShop()).get('/lamps/chandelier');

  expect(page.status).toBe(404);
  expect(page.text).toContain('Page not found');
});

test('a form that is too large gets the shop’s own error page', async () => {
  const page = await visitor(createShop()).post('/cart/add', { product: 'x'.repeat(5_000) });

  expect(page.status).toBe(413);
  expect(page.text).toContain('Invalid request');
});
