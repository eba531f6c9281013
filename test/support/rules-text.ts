/** A rules document of one flag, as somebody would write it to a file. */
export function rulesText(colour: string): string {
  const BUTTON = { state: 'ENABLED', variants: { [colour]: colour, none: 'none' }, defaultVariant: colour };
  return `${JSON.stringify({ flags: { BUTTON } }, undefined, 2)}\n`;
}
