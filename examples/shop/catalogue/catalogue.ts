export interface Product {
  readonly id: string;
  readonly name: string;
  readonly kind: 'Table' | 'Floor' | 'Pendant' | 'Wall';
  readonly description: string;
  readonly material: string;
  /** In cents, as is `cost`. */
  readonly price: number;
  readonly cost: number;
  /** The colour of the wall behind the lamp, as lamps.css names it. */
  readonly wall: 'sky' | 'sage' | 'rose' | 'straw' | 'lilac';
}

/** The lamps in display order. The drawing of each is views/lamps/<id>.njk. */
export const CATALOGUE: readonly Product[] = [
  {
    id: 'halo',
    name: 'Halo',
    kind: 'Table',
    description: 'An opal globe held by a single ring. Bright enough to read by, soft enough to leave on.',
    material: 'Opal glass, brass',
    price: 12_900,
    cost: 5_400,
    wall: 'sky',
  },
  {
    id: 'mushroom',
    name: 'Mushroom',
    kind: 'Table',
    description: 'A low dome that throws a warm circle on the table and does not dazzle you.',
    material: 'Spun steel',
    price: 8_900,
    cost: 3_100,
    wall: 'rose',
  },
  {
    id: 'saucer',
    name: 'Saucer',
    kind: 'Pendant',
    description: 'A wide, shallow shade to hang low over the dinner table. Everyone looks good under it.',
    material: 'Enamelled steel',
    price: 15_900,
    cost: 7_200,
    wall: 'sage',
  },
  {
    id: 'heron',
    name: 'Heron',
    kind: 'Floor',
    description: 'A long neck that reaches over the armchair, and a heavy foot that keeps it upright.',
    material: 'Steel, marble foot',
    price: 28_900,
    cost: 14_900,
    wall: 'lilac',
  },
  {
    id: 'lantern',
    name: 'Lantern',
    kind: 'Pendant',
    description: 'Washi over a bamboo frame, folded by hand. It weighs as much as an apple.',
    material: 'Paper, bamboo',
    price: 6_900,
    cost: 2_000,
    wall: 'straw',
  },
  {
    id: 'tinker',
    name: 'Tinker',
    kind: 'Table',
    description: 'The desk lamp with two elbows. Put the light where the work is.',
    material: 'Aluminium',
    price: 11_900,
    cost: 5_600,
    wall: 'sage',
  },
  {
    id: 'crescent',
    name: 'Crescent',
    kind: 'Wall',
    description: 'A half moon for the hallway. It lights the wall and helps you find your keys.',
    material: 'Plaster, opal glass',
    price: 9_500,
    cost: 3_900,
    wall: 'rose',
  },
  {
    id: 'tripod',
    name: 'Tripod',
    kind: 'Floor',
    description: 'Three ash legs and a linen drum shade. It fits into any corner.',
    material: 'Ash, linen',
    price: 21_900,
    cost: 9_800,
    wall: 'sky',
  },
  {
    id: 'trio',
    name: 'Trio',
    kind: 'Pendant',
    description: 'Three globes at three heights for the stairwell. Allow an afternoon to hang them.',
    material: 'Opal glass, cord',
    price: 24_900,
    cost: 11_000,
    wall: 'lilac',
  },
];

export function productOf(id: unknown): Product | undefined {
  return CATALOGUE.find((product) => product.id === id);
}
