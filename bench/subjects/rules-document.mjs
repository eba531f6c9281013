/** The work as a rules document: flagd's flag definitions. */
export function rulesDocument({ flags, kind }) {
  const definition = ({ users }) => ({
    state: 'ENABLED',
    variants: { ON: true, OFF: false },
    defaultVariant: 'OFF',
    targeting:
      kind === 'rollout'
        ? {
            fractional: [
              ['ON', 50],
              ['OFF', 50],
            ],
          }
        : { if: [{ in: [{ var: 'targetingKey' }, users] }, 'ON', 'OFF'] },
  });
  return { flags: Object.fromEntries(flags.map((flag) => [flag.name, definition(flag)])) };
}
