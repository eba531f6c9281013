// The parts of Playwright that playwright.ts uses (paths in tsconfig.json). Playwright's own types need those of a page, which the
// library does not have.

export interface PlaywrightTestArgs {
  readonly context: { addCookies(cookies: readonly object[]): Promise<void> };
}
export interface PlaywrightTestOptions {
  readonly baseURL: string | undefined;
}
export type PlaywrightWorkerArgs = object;
export type PlaywrightWorkerOptions = object;

type Fixture<All, Value> =
  | readonly [Value, { readonly option: true }]
  | ((fixtures: All, use: (value: Value) => Promise<void>) => Promise<void>);

export interface TestType<Args, WorkerArgs> {
  extend<More>(
    fixtures: {
      readonly [Name in keyof (Args & More)]?: Fixture<Args & More, (Args & More)[Name]>;
    },
  ): TestType<Args & More, WorkerArgs>;
}

export interface MatcherReturnType {
  readonly name: string;
  readonly pass: boolean;
  readonly message: () => string;
}
export type ExpectMatcherState = object;
export interface Expect<Matchers> {
  extend<More>(matchers: More): Expect<Matchers & More>;
}

export declare const test: TestType<
  PlaywrightTestArgs & PlaywrightTestOptions,
  PlaywrightWorkerArgs & PlaywrightWorkerOptions
>;
export declare const expect: Expect<object>;
