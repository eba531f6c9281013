/** A rules document with one flag, formatted as in a file. */
export function rulesText(colour: string): string {
  const BUTTON = { state: 'ENABLED', variants: { [colour]: colour, none: 'none' }, defaultVariant: colour };
  return `${JSON.stringify({ flags: { BUTTON } }, undefined, 2)}\n`;
}

/** A rules document with three flags: one with a condition and a split, one that is disabled, one without a default. */
export const CHECKOUT_RULES = `{
  "flags": {
    "CHECKOUT": {
      "state": "ENABLED",
      "variants": { "CLASSIC": "CLASSIC", "ONE_PAGE": "ONE_PAGE" },
      "defaultVariant": "CLASSIC",
      "targeting": {
        "if": [
          { ">=": [{ "var": "age" }, 18] },
          { "fractional": [["ONE_PAGE", 25], ["CLASSIC", 75]] },
          { "==": [{ "var": "plan" }, "pro"] },
          "ONE_PAGE"
        ]
      }
    },
    "SEARCH": { "state": "DISABLED", "variants": { "EXACT": "EXACT", "FUZZY": "FUZZY" }, "defaultVariant": "EXACT" },
    "BANNER": { "state": "ENABLED", "variants": { "ON": "ON", "OFF": "OFF" }, "defaultVariant": null }
  }
}
`;
