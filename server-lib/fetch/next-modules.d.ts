// The parts of Next that next.ts uses (paths in tsconfig.json). With Next's own types, a program would have to skip the checks
// of all libraries, and could not set NODE_ENV.

interface Cookies {
  get(name: string): { readonly name: string; readonly value: string } | undefined;
  /** Throws in a server component. */
  set(cookie: object): unknown;
}

export declare function headers(): Promise<Headers>;
export declare function cookies(): Promise<Cookies>;

export declare class NextResponse extends Response {
  static next(init?: { readonly request?: { readonly headers: Headers } }): NextResponse;
}
