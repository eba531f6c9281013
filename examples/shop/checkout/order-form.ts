/** The fields of the order form, in parts that a checkout shows on one page or on several. */
export const ORDER_FORM = {
  address: [
    { name: 'name', label: 'Full name', autocomplete: 'name' },
    { name: 'street', label: 'Street and number', autocomplete: 'street-address' },
    { name: 'city', label: 'Postcode and city', autocomplete: 'address-level2' },
  ],
  delivery: [
    {
      name: 'delivery',
      label: 'Delivery',
      choices: [
        { value: 'STANDARD', label: 'Standard', hint: 'In three to five days, free' },
        { value: 'TOMORROW', label: 'Tomorrow', hint: 'By bicycle, before dusk, free this month' },
      ],
    },
  ],
  payment: [
    {
      name: 'payment',
      label: 'Payment',
      choices: [
        { value: 'INVOICE', label: 'Invoice', hint: 'Pay within 30 days' },
        { value: 'GIFT_CARD', label: 'Gift card', hint: 'This is a demo: nothing is charged' },
      ],
    },
  ],
} as const satisfies Record<string, readonly Field[]>;

export type OrderPart = keyof typeof ORDER_FORM;

export interface Field {
  readonly name: string;
  readonly label: string;
  readonly autocomplete?: string;
  readonly choices?: readonly { readonly value: string; readonly label: string; readonly hint: string }[];
}

/** The values entered so far, by field. */
export type Draft = Readonly<Record<string, string>>;

export type FormReading =
  | { readonly kind: 'complete'; readonly draft: Draft }
  | { readonly kind: 'incomplete'; readonly draft: Draft; readonly problems: Readonly<Record<string, string>> };

/** Reads the fields of `parts` from a posted form, with a message for each that is missing or invalid. */
export function readOrderForm(parts: readonly OrderPart[], body: unknown): FormReading {
  const fields = fieldsOf(parts);
  const draft = Object.fromEntries(fields.map(({ name }) => [name, answer(body, name)]));
  const problems = Object.fromEntries(
    fields.filter((field) => !answers(field, draft)).map((field) => [field.name, problemOf(field)]),
  );
  return Object.keys(problems).length === 0 ? { kind: 'complete', draft } : { kind: 'incomplete', draft, problems };
}

/** Whether `draft` has a valid value for every field of `parts`. */
export function isComplete(parts: readonly OrderPart[], draft: Draft): boolean {
  return fieldsOf(parts).every((field) => answers(field, draft));
}

function fieldsOf(parts: readonly OrderPart[]): readonly Field[] {
  return parts.flatMap((part): readonly Field[] => ORDER_FORM[part]);
}

// At most 80 characters: the draft is stored in the session cookie.
function answer(body: unknown, name: string): string {
  const value = (body as Record<string, unknown> | undefined)?.[name];
  return typeof value === 'string' ? value.trim().slice(0, 80) : '';
}

function answers({ name, choices }: Field, draft: Draft): boolean {
  const value = draft[name] ?? '';
  return choices ? choices.some((choice) => choice.value === value) : value !== '';
}

function problemOf({ label, choices }: Field): string {
  return choices ? `Choose a ${label.toLowerCase()}.` : `Enter your ${label.toLowerCase()}.`;
}
