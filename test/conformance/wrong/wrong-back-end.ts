import type { Model } from '../model/model.ts';

/** A back end with one mistake, and the checks that must find it. */
export interface WrongBackEnd {
  readonly title: string;
  /** The methods of the model that are wrong. */
  readonly change: Partial<Model> & ThisType<Model>;
  /** Exactly these checks fail. */
  readonly fails: readonly string[];
}
