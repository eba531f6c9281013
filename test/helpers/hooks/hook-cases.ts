/** The application's functions that are called while a request is served. */
export const HOOKS = [
  'userId',
  'attributes',
  'session',
  'decide',
  'allowOverrides',
  'authorize',
  'subjectOf',
  'isRevoked',
  'onEvaluate',
  'onError',
] as const;
export type HookName = (typeof HOOKS)[number];

/** The result of one request to a site whose hook misbehaves. */
export interface HookCase {
  readonly hook: HookName;
  readonly what: string;
  readonly status: number;
  readonly body: string;
  /** The codes and messages of the errors that `onError` received. */
  readonly errors: readonly (readonly [string, string])[];
}
