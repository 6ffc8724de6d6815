import { afterEach, describe, expect, test } from '@jest/globals';
import { askingPod } from '../core-fixtures/pods.ts';
import { containerOf, INJECTORS } from './injected-pods.ts';
import { type Family, type Interception, openInterception, PEER } from './interception.ts';

const PORT = 8080;
const OTHER_PORT = 8081;
const PROBE_PORT = 15021;

const CAPTURED = { inbound: '15006', outbound: '15001' };
const LEFT_ALONE = { inbound: 'application', outbound: 'peer' };

/** What becomes of calls to the two ports when a pod has these annotations. */
const CASES: readonly {
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly families: readonly Family[];
  readonly port: Partial<typeof CAPTURED>;
  readonly otherPort: Partial<typeof CAPTURED>;
}[] = [
  { name: 'nothing said', annotations: {}, families: ['IPv4'], port: CAPTURED, otherPort: CAPTURED },
  { name: 'nothing said, IPv6 alone', annotations: {}, families: ['IPv6'], port: CAPTURED, otherPort: CAPTURED },
  {
    name: 'TPROXY',
    annotations: { 'sidecar.istio.io/interceptionMode': 'TPROXY' },
    families: ['IPv4'],
    port: CAPTURED,
    otherPort: CAPTURED,
  },
  {
    name: 'both families',
    annotations: { 'proxy.istio.io/config': '{ "proxyMetadata": { "ISTIO_DUAL_STACK": "true" } }' },
    families: ['IPv4', 'IPv6'],
    port: CAPTURED,
    otherPort: CAPTURED,
  },
  {
    name: 'ports left out',
    annotations: {
      'traffic.sidecar.istio.io/excludeInboundPorts': `${OTHER_PORT}`,
      'traffic.sidecar.istio.io/excludeOutboundPorts': `${OTHER_PORT}`,
    },
    families: ['IPv4'],
    port: CAPTURED,
    otherPort: LEFT_ALONE,
  },
  {
    name: 'inbound ports named',
    annotations: { 'traffic.sidecar.istio.io/includeInboundPorts': `${OTHER_PORT}` },
    families: ['IPv4'],
    port: { inbound: 'application' },
    otherPort: { inbound: '15006' },
  },
  {
    name: 'a range left out',
    annotations: { 'traffic.sidecar.istio.io/excludeOutboundIPRanges': `${PEER.IPv4}/32` },
    families: ['IPv4'],
    port: { ...CAPTURED, outbound: 'peer' },
    otherPort: { ...CAPTURED, outbound: 'peer' },
  },
  {
    name: 'another range named, one port named all the same',
    annotations: {
      'traffic.sidecar.istio.io/includeOutboundIPRanges': '192.0.2.0/24',
      'traffic.sidecar.istio.io/includeOutboundPorts': `${OTHER_PORT}`,
    },
    families: ['IPv4'],
    port: { outbound: 'peer' },
    otherPort: { outbound: '15001' },
  },
];

let network: Interception | undefined;
afterEach(async () => network?.stop());

describe.each(INJECTORS)('istio-init by $by, run by pilot-agent', ({ inject }) => {
  test.each(CASES)('$name', async ({ annotations, families, port, otherPort }) => {
    const istioInit = containerOf(await inject(askingPod(annotations), 'shop'), 'istio-init');
    network = await openInterception(families, [PORT, OTHER_PORT, PROBE_PORT]);
    const { inbound, outbound } = network;
    const seen = async (to: number, family: Family) => ({
      inbound: await inbound(to, family),
      outbound: await outbound(to, family),
    });
    await network.install(istioInit);
    for (const family of families) {
      expect(await seen(PORT, family)).toMatchObject(port);
      expect(await seen(OTHER_PORT, family)).toMatchObject(otherPort);
      // whatever is said: the sidecar's own calls, loopback and the port of its probe
      expect(await network.fromSidecar(PORT, family)).toBe('peer');
      expect(await network.loopback(PORT, family)).toBe('application');
      expect(await inbound(PROBE_PORT, family)).toBe('application');
    }
    // without the rules nothing is captured, so that the lines above can fail
    await network.removeRules();
    for (const family of families) expect(await seen(PORT, family)).toEqual(LEFT_ALONE);
  });
});
