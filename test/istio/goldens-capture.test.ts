import { afterEach, expect, test } from '@jest/globals';
import type { V1Container } from '@kubernetes/client-node';
import { injected } from '../parity/admitted-pod.ts';
import { goldensOf, inputOf, podsOf } from '../parity/outcome.ts';
import { readPeer } from '../parity/peer.ts';
import { policyFor } from '../parity/policy.ts';
import { CASES, UNSUPPORTED } from '../parity/settings.ts';
import { type Interception, openInterception } from './interception.ts';

const ANY_PORT = 8080;

const peer = await readPeer();

interface Rendered {
  readonly golden: string;
  readonly istioInit: V1Container;
}

/** The istio-init of every pod of Istio’s goldens, under both compatibilities. */
const rendered: readonly Rendered[] = goldensOf(peer)
  .filter((golden) => !UNSUPPORTED.has(golden))
  .flatMap((golden) =>
    (['Istio', 'Corrected'] as const).flatMap((compatibility) => {
      const policy = policyFor(CASES.get(golden) ?? {}, peer, compatibility);
      return podsOf(peer.objects(inputOf(golden))).flatMap(({ pod, namespace }) => {
        const made = pod === undefined ? undefined : injected(pod, namespace, policy);
        if (made?.kind !== 'pod') return [];
        const { initContainers = [] } = made.pod.spec as { readonly initContainers?: readonly V1Container[] };
        return initContainers.filter(({ name }) => name === 'istio-init').map((istioInit) => ({ golden, istioInit }));
      });
    }),
  );

// whose author replaced what it runs
const isAgents = ({ istioInit }: Rendered): boolean => istioInit.args?.[0] === 'istio-iptables';

/** Equal ones once: most goldens say nothing about traffic. */
const distinct = [
  ...new Map(
    rendered
      .filter(isAgents)
      .map((one) => [JSON.stringify([one.istioInit.args, one.istioInit.env, capabilitiesOf(one.istioInit)]), one]),
  ).values(),
];

function capabilitiesOf({ securityContext }: V1Container) {
  return securityContext?.capabilities;
}

/** What a flag of istio-iptables lists; `undefined` when it is not given. */
function listOf(args: readonly string[], flag: string): readonly string[] | undefined {
  const at = args.indexOf(flag);
  if (at < 0) return undefined;
  return (args[at + 1] ?? '').split(',').filter((entry) => entry !== '');
}

/** Who is to answer on each port, by the words of istio-iptables’ own help. The other machine is in none of the ranges. */
function expected(args: readonly string[], port: number) {
  const has = (flag: string) => listOf(args, flag)?.includes(String(port)) ?? false;
  const everythingIn = listOf(args, '-b')?.includes('*') ?? false;
  const everythingOut = listOf(args, '-i')?.includes('*') ?? false;
  return {
    // a list of ports is taken as it is: what is left out counts only where everything is captured
    inbound: everythingIn ? (has('-d') ? 'application' : '15006') : has('-b') ? '15006' : 'application',
    outbound: everythingOut && !has('-o') ? '15001' : has('-q') ? '15001' : 'peer',
  };
}

const portsNamedIn = (args: readonly string[]): number[] => [
  ...new Set(['-b', '-d', '-o', '-q'].flatMap((flag) => (listOf(args, flag) ?? []).map(Number).filter(Boolean))),
];

let network: Interception | undefined;
afterEach(async () => network?.stop());

test('one golden alone replaces what istio-init runs', () => {
  expect(rendered.length).toBeGreaterThan(180);
  expect([...new Set(rendered.filter((one) => !isAgents(one)).map(({ golden }) => golden))]).toEqual([
    'proxy-override.yaml.injected',
  ]);
  expect(distinct.length).toBeGreaterThan(12);
});

test.each(distinct)('pilot-agent captures what istio-init of $golden says', async ({ istioInit }) => {
  const args = istioInit.args ?? [];
  const named = portsNamedIn(args);
  const ports = [ANY_PORT, ...named];
  network = await openInterception(['IPv4'], ports);
  const seen = async () => {
    const answers = ports.map(async (port) => {
      const [inbound, outbound] = await Promise.all([network?.inbound(port, 'IPv4'), network?.outbound(port, 'IPv4')]);
      return [port, { inbound, outbound }];
    });
    return Object.fromEntries(await Promise.all(answers));
  };
  await network.install(istioInit);
  expect(await seen()).toEqual(Object.fromEntries(ports.map((port) => [port, expected(args, port)])));
  expect(await network.loopback(ANY_PORT, 'IPv4')).toBe('application');
  // without the rules nothing is captured, so that the lines above can fail
  await network.removeRules();
  const leftAlone = { inbound: 'application', outbound: 'peer' };
  expect(await seen()).toEqual(Object.fromEntries(ports.map((port) => [port, leftAlone])));
});
