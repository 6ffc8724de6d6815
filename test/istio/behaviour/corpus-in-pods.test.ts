import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '../../cluster/eventually.ts';
import type { Behaviour } from './behaviour.ts';
import { type Deployed, deployed } from './deployed.ts';
import { FAILURES } from './failures.ts';
import { areInForce } from './in-force.ts';
import { LIMITS } from './limits.ts';
import { ROUTING } from './routing.ts';
import { openScene } from './scene.ts';
import { openWorld, type World } from './world.ts';

// What callers see of what the chart makes of a file: with a real istiod, Pillion’s sidecars, Istio’s agent and a real Envoy.
// Every entry is looked at twice in the same way, before the objects are there and then.

const BEHAVIOURS: readonly Behaviour[] = [...LIMITS, ...FAILURES, ...ROUTING];

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(async () => world?.mesh.stop());

const begun = new Map<Behaviour, Promise<Deployed>>();

/** What an entry is about; it is begun once. */
function begin(behaviour: Behaviour): Promise<Deployed> {
  const deployment = begun.get(behaviour) ?? deployed(world, behaviour);
  begun.set(behaviour, deployment);
  // whoever waits for it hears of a failure
  deployment.catch(() => {});
  return deployment;
}

test('ten files at least are seen at work', () => {
  expect(new Set(BEHAVIOURS.map(({ file }) => file)).size).toBeGreaterThanOrEqual(10);
});

test.each(BEHAVIOURS)('$file: $what', async (behaviour) => {
  const { url, own, pods, objects } = await begin(behaviour);
  // the pods of the next one start meanwhile
  const next = BEHAVIOURS[BEHAVIOURS.indexOf(behaviour) + 1];
  if (next !== undefined) void begin(next);
  const without = await behaviour.see(await openScene(world, url, pods));
  await world.mesh.apply(...objects);
  await areInForce(world, objects, own);
  const scene = await openScene(world, url, pods);
  await eventually('the objects are in force', async () => (await behaviour.isInForce?.(scene)) ?? true);
  const seen = await behaviour.see(await openScene(world, url, pods));
  expect({ without, with: seen }).toEqual({ without: behaviour.without, with: behaviour.with });
});
