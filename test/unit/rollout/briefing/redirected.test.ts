import { describe, expect, test } from '@jest/globals';
import { redirectedBy } from '../../../../src/core/rollout/briefing/redirected.ts';

const PORTS = [53, 8080, 9100, 9105, 15021];
const istio = (...flags: readonly string[]) => ({ args: ['istio-iptables', ...flags] });

describe('which ports of a pod are captured', () => {
  test.each([
    ['all but some', istio('-b', '*', '-d', '15021,9100'), [53, 8080, 9105]],
    ['some alone', istio('-b', '8080,9105', '-d', '15021'), [8080, 9105]],
    ['none', istio('-b', '', '-d', '15021'), []],
  ])('by Istio’s redirect: %s', (_, container, captured) => {
    const redirected = redirectedBy(container, undefined);
    expect(PORTS.filter((port) => redirected?.inbound.takes(port))).toEqual(captured);
  });

  test('by the plain Envoy’s, its own ports left out', () => {
    const args = ['table inet pillion {}\n    tcp dport { 15020, 15021, 15090 } return'];
    const capture = {
      excludedInboundPorts: ['9100-9104'],
      excludedOutboundPorts: ['5432'],
      excludedOutboundBlocks: [],
    };
    const redirected = redirectedBy({ args }, capture);
    expect(PORTS.filter((port) => redirected?.inbound.takes(port))).toEqual([53, 8080, 9105]);
    expect(redirected?.outbound.exceptPorts).toEqual(['5432']);
  });

  test.each([
    ['a container that is told nothing', {}, undefined],
    ['a proxy', { args: ['proxy', 'sidecar'] }, undefined],
    ['a profile without a redirect', { args: ['table'] }, 'None' as const],
  ])('%s redirects nothing', (_, container, capture) => {
    expect(redirectedBy(container, capture)).toBeUndefined();
  });
});
