import { type ForeignObject, isForeignObject } from './foreign-json.ts';

/** What one entry of a list comes to, and how many of its parts were left out. */
export interface EntryReading<Item> {
  readonly item: Item;
  readonly dropped: number;
}

/** The good entries of a list, and how many entries and parts of entries were left out. */
export interface NamedReading<Item> {
  readonly items: readonly Item[];
  readonly dropped: number;
}

/** Reads at most `most` entries: the first of two of one name counts, bad entries cost only themselves. */
export function readNamed<Item extends { readonly name: string }>(
  entries: readonly unknown[],
  most: number,
  read: (entry: ForeignObject) => EntryReading<Item> | undefined,
): NamedReading<Item> {
  const items = new Map<string, Item>();
  let dropped = Math.max(0, entries.length - most);
  for (const entry of entries.slice(0, most)) {
    const reading = isForeignObject(entry) ? read(entry) : undefined;
    if (reading === undefined || items.has(reading.item.name)) {
      dropped += 1;
      continue;
    }
    items.set(reading.item.name, reading.item);
    dropped += reading.dropped;
  }
  return { items: [...items.values()], dropped };
}
