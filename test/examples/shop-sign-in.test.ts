import request from 'supertest';
import { expect, test } from 'vitest';
import { createShop } from '../../examples/shop/app.ts';
import { textIn, visitor } from './visitor.ts';

test('signing in puts the person’s name into the header, signing out takes it away', async () => {
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

test('the session cookie is out of reach for scripts and other sites', async () => {
  const { headers } = await visitor(createShop()).signIn(1);

  expect(headers['set-cookie']).toSatisfy((cookies: string[]) =>
    cookies.every((cookie) => /; samesite=lax; httponly/i.test(cookie)),
  );
});

test('nobody can sign in as a person who does not exist', async () => {
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
  const answer = await visitor(createShop()).post('/sign-in', { userId: '1', returnTo });

  expect(answer.headers.location).toBe(location);
});

test.each(['https://elsewhere.example', 'null'])('a form sent from %s is refused', async (origin) => {
  const answer = await request(createShop()).post('/sign-in').set('Origin', origin).type('form').send({ userId: 1 });

  expect(answer.status).toBe(403);
  expect(answer.headers['set-cookie']).toBeUndefined();
});

test('a page that does not exist gets the shop’s own 404', async () => {
  const page = await visitor(createShop()).get('/lamps/chandelier');

  expect(page.status).toBe(404);
  expect(page.text).toContain('Page not found');
});

test('a form that cannot be read gets a calm page', async () => {
  const page = await visitor(createShop()).post('/cart/add', { product: 'x'.repeat(5_000) });

  expect(page.status).toBe(413);
  expect(page.text).toContain('Invalid request');
});
