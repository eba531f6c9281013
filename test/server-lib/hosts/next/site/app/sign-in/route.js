import { cookies } from 'next/headers';

export async function POST(request) {
  (await cookies()).set('user', (await request.formData()).get('user'));
  return new Response(null, { status: 303, headers: { Location: '/' } });
}
