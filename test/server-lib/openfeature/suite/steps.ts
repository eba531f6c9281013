import {
  type Client,
  type EvaluationContext,
  type EvaluationDetails,
  type EventDetails,
  type JsonValue,
  OpenFeature,
  ProviderEvents,
} from '@openfeature/server-sdk';
import { expect, vi } from 'vitest';
import { GatekeeperProvider } from '../../../../server-lib/openfeature.ts';
import type { Backend } from './backends.ts';
import type { Example, Step } from './gherkin.ts';

const DOMAIN = 'gatekeeper-conformance';
const EVENTS = {
  ready: ProviderEvents.Ready,
  error: ProviderEvents.Error,
  stale: ProviderEvents.Stale,
  change: ProviderEvents.ConfigurationChanged,
} as const;

type EventName = keyof typeof EVENTS;
type FlagType = 'Boolean' | 'String' | 'Integer' | 'Float' | 'Object';

/** What the steps of one example share. */
class World {
  readonly backend: Backend;
  readonly client: Client = OpenFeature.getClient(DOMAIN);
  /** The events that no step has used yet. */
  readonly events: Readonly<Record<EventName, (EventDetails | undefined)[]>> = {
    ready: [],
    error: [],
    stale: [],
    change: [],
  };
  readonly thrown: unknown[] = [];
  lastEvent: EventDetails | undefined;
  provider: GatekeeperProvider | undefined;
  flag: { readonly type: FlagType; readonly key: string; readonly defaultValue: string } | undefined;
  context: EvaluationContext = {};
  details: EvaluationDetails<JsonValue> | undefined;
  remembered: unknown;
  shutdownTime = 0;

  constructor(backend: Backend) {
    this.backend = backend;
  }

  /** Calls what must not throw, and records it if it does. */
  async attempt(action: () => Promise<unknown>): Promise<void> {
    try {
      await action();
    } catch (error) {
      this.thrown.push(error);
    }
  }

  async nextEvent(name: EventName, timeout: number): Promise<void> {
    await vi.waitFor(() => expect(this.events[name]).not.toEqual([]), { timeout, interval: 5 });
    this.lastEvent = this.events[name].shift();
  }

  async evaluate(): Promise<void> {
    const { client, flag, context } = this;
    if (flag === undefined) throw new Error('no flag was named');
    const value = parsed(flag.type, flag.defaultValue);
    await this.attempt(async () => {
      if (flag.type === 'Boolean') this.details = await client.getBooleanDetails(flag.key, value as boolean, context);
      else if (flag.type === 'String') this.details = await client.getStringDetails(flag.key, value as string, context);
      else if (flag.type === 'Object') this.details = await client.getObjectDetails(flag.key, value, context);
      else this.details = await client.getNumberDetails(flag.key, value as number, context);
    });
  }
}

/** A value in a feature, as the type of a flag or of a column. */
function parsed(type: string, text: string): JsonValue {
  return type === 'String' ? text : JSON.parse(text);
}

const EVENT_TIMEOUT = 12_000;

type Action = (world: World, parts: readonly string[], step: Step) => unknown;

const STEPS: readonly (readonly [RegExp, Action])[] = [
  [
    /^an? (stable|unavailable) provider$/,
    async (world, [kind]) => {
      const keeper = await world.backend.open(kind === 'stable');
      const provider = new GatekeeperProvider(keeper);
      world.provider = provider;
      const isSet = OpenFeature.setProviderAndWait(DOMAIN, provider);
      if (kind === 'stable') await isSet;
      else isSet.catch(() => {}); // a step waits for the event
    },
  ],
  [
    /^an? (ready|error|stale|change) event handler$/,
    ({ client, events }, [name]) => {
      client.addHandler(EVENTS[name as 'ready'], (details) => void events[name as EventName].push(details));
    },
  ],
  [
    /^an? (Boolean|String|Integer|Float|Object)-flag with key "(.*)" and a default value "(.*)"$/,
    (world, [type, key = '', defaultValue = '']) => {
      world.flag = { type: type as FlagType, key, defaultValue };
    },
  ],
  [
    /^a context containing a targeting key with value "(.*)"$/,
    (world, [targetingKey = '']) => {
      world.context = { targetingKey };
    },
  ],
  [/^the flag was evaluated with details$/, (world) => world.evaluate()],
  [
    /^the resolved value is remembered$/,
    (world) => {
      world.remembered = world.details?.value;
    },
  ],
  [/^the flag was modified$/, ({ backend }) => backend.change()],
  [/^a (ready) event was fired$/, (world, [name]) => world.nextEvent(name as EventName, EVENT_TIMEOUT)],
  [/^the connection is lost$/, ({ backend }) => backend.lose()],
  [/^the connection is restored$/, ({ backend }) => backend.restore()],
  [
    /^the provider is shut down$/,
    async (world) => {
      const start = performance.now();
      await world.attempt(async () => world.provider?.onClose());
      world.shutdownTime = performance.now() - start;
    },
  ],
  [/^the provider is initialized again$/, (world) => world.attempt(async () => world.provider?.initialize())],
  [
    /^the resolved details value should be "(.*)"$/,
    ({ details, flag }, [value = '']) => expect(details?.value).toEqual(parsed(flag?.type ?? 'String', value)),
  ],
  [
    /^the resolved details value should have changed$/,
    ({ details, remembered }) => expect(details?.value).not.toEqual(remembered),
  ],
  [
    /^the resolved object value should contain$/,
    ({ details }, _, { table }) => {
      const wanted = table.map(({ key = '', type = '', value = '' }) => [key, parsed(type, value)]);
      expect(details?.value).toMatchObject(Object.fromEntries(wanted));
    },
  ],
  [/^the variant should be "(.*)"$/, ({ details }, [variant]) => expect(details?.variant).toBe(variant)],
  [/^the reason should be "(.*)"$/, ({ details }, [reason]) => expect(details?.reason).toBe(reason)],
  [/^the error-code should be "(.*)"$/, ({ details }, [code]) => expect(details?.errorCode ?? '').toBe(code)],
  [/^the error message should be empty$/, ({ details }) => expect(details?.errorMessage ?? '').toBe('')],
  [/^no exception should have been thrown$/, ({ thrown }) => expect(thrown).toEqual([])],
  [
    /^the (ready|error|stale|change) event handler should have been executed(?: within (\d+)ms)?$/,
    (world, [name, within]) => world.nextEvent(name as EventName, Number(within ?? EVENT_TIMEOUT)),
  ],
  [
    /^the flag should be part of the event payload$/,
    ({ lastEvent, flag }) => expect(lastEvent).toMatchObject({ flagsChanged: expect.arrayContaining([flag?.key]) }),
  ],
  [
    /^the client should be in (ready|error|stale) state$/,
    ({ client }, [state = '']) => expect(client.providerStatus).toBe(state.toUpperCase()),
  ],
  [
    /^the shutdown should have completed within (\d+)ms$/,
    ({ shutdownTime }, [limit]) => expect(shutdownTime).toBeLessThanOrEqual(Number(limit)),
  ],
  [
    /^the provider metadata name should not be empty$/,
    ({ client }) => expect(client.metadata.providerMetadata.name).not.toBe(''),
  ],
];

function definitionOf({ text }: Step): (world: World, step: Step) => unknown {
  const found = STEPS.flatMap(([pattern, action]) => {
    const match = pattern.exec(text);
    return match === null ? [] : [{ parts: match.slice(1), action }];
  });
  const [first] = found;
  if (first === undefined || found.length > 1) throw new Error(`${found.length} definitions of the step: ${text}`);
  return (world, step) => first.action(world, first.parts, step);
}

/** The steps of an example with their definitions. Throws if a step is not defined. */
export function definedSteps({ steps }: Example): readonly ((world: World) => unknown)[] {
  return steps.map((step) => {
    const action = definitionOf(step);
    return (world) => action(world, step);
  });
}

/** Runs an example on a backend with a fresh state. Throws, before the first step, if a step is not defined. */
export async function runExample(example: Example, backend: Backend): Promise<void> {
  const world = new World(backend);
  for (const step of definedSteps(example)) await step(world);
}
