/** Something to buy. */
export interface Product {
  /** Its name in addresses, forms and carts. */
  readonly sku: string;
  readonly name: string;
  readonly note: string;
  /** In cents. */
  readonly price: number;
  /** The colours of its tin: the body, and what is drawn on it. */
  readonly tin: readonly [body: string, mark: string];
}

export const CATALOGUE: readonly Product[] = [
  {
    sku: 'sencha',
    name: 'Morning Sencha',
    note: 'Steamed, bright, a little sea in it',
    price: 1290,
    tin: ['#3f7d58', '#d8f3dc'],
  },
  {
    sku: 'assam',
    name: 'Assam No. 7',
    note: 'Malt and oak; takes milk',
    price: 980,
    tin: ['#8a3b2b', '#ffd9c7'],
  },
  {
    sku: 'jasmine',
    name: 'Jasmine Pearls',
    note: 'Rolled by hand, scented five nights',
    price: 1750,
    tin: ['#5b5fc7', '#e3e4ff'],
  },
  {
    sku: 'rooibos',
    name: 'Rooibos & Orange',
    note: 'No caffeine, all evening',
    price: 740,
    tin: ['#b4530a', '#ffe3b8'],
  },
  {
    sku: 'pu-erh',
    name: 'Old Tree Pu‑erh',
    note: 'Forest floor, ten years in a cellar',
    price: 2400,
    tin: ['#3d3a4b', '#e8d7f1'],
  },
  {
    sku: 'mint',
    name: 'Garden Mint',
    note: 'Cut on Tuesday, dried by Friday',
    price: 590,
    tin: ['#0f766e', '#ccfbf1'],
  },
];

const bySku = new Map(CATALOGUE.map((product) => [product.sku, product]));

/** `undefined` for a name that nothing has, whoever sent it. */
export const productOf = (sku: unknown): Product | undefined =>
  typeof sku === 'string' ? bySku.get(sku) : undefined;

/** An amount of cents as it is written. */
export const money = (cents: number): string => `€ ${(cents / 100).toFixed(2)}`;
