export interface Person {
  readonly id: number;
  readonly name: string;
  readonly role: string;
}

/** The users who can sign in to the demo, without a password. */
export const PEOPLE: readonly Person[] = [
  { id: 1, name: 'Ada', role: 'developer' },
  { id: 2, name: 'Grace', role: 'member' },
  { id: 3, name: 'Alan', role: 'buyer' },
];

export function personOf(id: unknown): Person | undefined {
  return PEOPLE.find((person) => person.id === id);
}

/** Whether a user works for the shop. */
export function isStaff(id: unknown): boolean {
  const person = personOf(id);
  return person !== undefined && person.role !== 'member';
}
