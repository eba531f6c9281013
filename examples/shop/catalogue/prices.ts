import type { Product } from './catalogue.ts';

export interface Price {
  readonly now: number;
  /** The regular price, if it is higher. */
  readonly before?: number;
}

/** The price with `discount` per cent off, rounded to whole euros. */
export function priceOf(product: Product, { discount }: { readonly discount: number }): Price {
  if (discount === 0) return { now: product.price };
  return { now: Math.round((product.price * (1 - discount / 100)) / 100) * 100, before: product.price };
}

/** Formats cents, for example as €129.00. */
export function money(cents: number): string {
  return euros.format(cents / 100);
}

/** The margin as a percentage of the price, for example 58%. */
export function margin({ price, cost }: Product): string {
  return percent.format((price - cost) / price);
}

const euros = new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' });
const percent = new Intl.NumberFormat('en-IE', { style: 'percent' });
