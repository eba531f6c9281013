/** A variant as the site rendered it. */
export interface Picture {
  readonly variant: string;
  /** A PNG image as a `data:` URL. */
  readonly image: string;
  /** When it was taken, in milliseconds since 1970. */
  readonly takenAt: number;
  /** The variant that the site used; `undefined` if it does not say. */
  readonly used: string | undefined;
}

/** Why there is no picture of a variant. `not-written`: the cookie could not be changed. */
export type PictureProblem = 'not-written' | 'not-loaded' | 'not-captured' | 'no-access';

/** How a comparison ended. */
export interface Comparison {
  readonly pictures: readonly Picture[];
  readonly end:
    | { readonly kind: 'complete' | 'cancelled' }
    | { readonly kind: PictureProblem; readonly variant: string };
  /** Whether the choice of before is stored again. If not, it is restored later. */
  readonly isRestored: boolean;
}

/** The page whose variants are compared. */
export interface ComparedPage {
  /** Stores what is needed to restore the choice of before, so that it is restored if this program ends. */
  begin(): Promise<void>;
  /** Overrides the flag; resolves to whether the cookie has been written. */
  choose(variant: string): Promise<boolean>;
  /** Reloads the page; resolves to whether it is rendered. Ends early when `signal` aborts. */
  load(signal: AbortSignal): Promise<boolean>;
  /** Takes a picture of the page; `undefined` if the browser takes none. */
  capture(): Promise<string | undefined>;
  /** The variant that the site uses now; `undefined` if it does not say. */
  usedVariant(): Promise<string | undefined>;
  /** Restores the choice of before; resolves to whether it is stored. */
  restore(): Promise<boolean>;
}

export interface CompareOptions {
  readonly signal: AbortSignal;
  /** Called before the picture of each variant is taken. */
  readonly onStep: (variant: string, taken: readonly Picture[]) => void;
  readonly now: () => number;
}

/** Takes a picture of the page with each variant, one after the other, and restores the choice of before. */
export async function compareVariants(
  page: ComparedPage,
  variants: readonly string[],
  options: CompareOptions,
): Promise<Comparison> {
  const pictures: Picture[] = [];
  const end = await takePictures(page, variants, options, pictures);
  return { pictures, end, isRestored: await page.restore().catch(() => false) };
}

async function takePictures(
  page: ComparedPage,
  variants: readonly string[],
  { signal, onStep, now }: CompareOptions,
  pictures: Picture[],
): Promise<Comparison['end']> {
  for (const variant of variants) {
    if (signal.aborted) return { kind: 'cancelled' };
    onStep(variant, [...pictures]);
    // Rejects if the tab has closed or the extension has been updated.
    const result = await takePicture(page, variant, signal, now, pictures.length === 0).catch(
      () => 'no-access' as const,
    );
    if (signal.aborted) return { kind: 'cancelled' };
    if (typeof result === 'string') return { kind: result, variant };
    pictures.push(result);
  }
  return { kind: 'complete' };
}

async function takePicture(
  page: ComparedPage,
  variant: string,
  signal: AbortSignal,
  now: () => number,
  isFirst: boolean,
): Promise<Picture | PictureProblem> {
  if (isFirst) await page.begin();
  if (!(await page.choose(variant))) return 'not-written';
  if (!(await page.load(signal))) return 'not-loaded';
  const image = await page.capture();
  const takenAt = now();
  if (image === undefined) return 'not-captured';
  return { variant, image, takenAt, used: await page.usedVariant() };
}
