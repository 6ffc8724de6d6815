import { expect, test } from '@jest/globals';
import type { ActivePolicy } from '../../../src/core/policy/active-policy.ts';
import { admitted, patched } from '../../core-fixtures/admissions.ts';
import { askingPod, type Json } from '../../core-fixtures/pods.ts';
import { BUILT_IN, policyWith } from '../../core-fixtures/policies.ts';

function rules(policy: ActivePolicy, annotations: Json): string {
  const pod = askingPod(annotations);
  const redirect = patched(pod, admitted(pod, { policy })).spec.initContainers?.find(
    ({ name }) => name === 'istio-init',
  );
  return String(redirect?.args);
}

test('without exclusions, in both families', () => {
  expect(rules(BUILT_IN, {})).toBe(`table inet pillion {}
delete table inet pillion
table inet pillion {
  chain inbound {
    type nat hook prerouting priority dstnat; policy accept;
    tcp dport { 15020, 15021, 15090 } return
    meta l4proto tcp redirect to :15006
  }
  chain outbound {
    type nat hook output priority -100; policy accept;
    meta skuid 1337 return
    ip daddr 127.0.0.0/8 return
    ip6 daddr ::1 return
    meta l4proto tcp redirect to :15001
  }
}`);
});

test('with every exclusion of profile and pod, the pod’s in place of the profile’s', () => {
  const policy = policyWith({
    profile: { exclude: { inboundPorts: [22], outboundPorts: [25], outboundCidrs: ['192.0.2.0/24', '2001:DB8::/32'] } },
  });
  const outbound = { 'traffic.sidecar.istio.io/excludeOutboundPorts': '3306,9300-9400' };
  expect(rules(policy, outbound)).toBe(`table inet pillion {}
delete table inet pillion
table inet pillion {
  chain inbound {
    type nat hook prerouting priority dstnat; policy accept;
    tcp dport { 15020, 15021, 15090 } return
    tcp dport 22 return
    meta l4proto tcp redirect to :15006
  }
  chain outbound {
    type nat hook output priority -100; policy accept;
    meta skuid 1337 return
    ip daddr 127.0.0.0/8 return
    ip6 daddr ::1 return
    tcp dport 3306 return
    tcp dport 9300-9400 return
    ip daddr 192.0.2.0/24 return
    ip6 daddr 2001:db8::/32 return
    meta l4proto tcp redirect to :15001
  }
}`);
});

test('on nodes without IPv6 nothing speaks of it', () => {
  const policy = policyWith({ profile: { ipFamilies: 'IPv4' } });
  const blocks = { 'traffic.sidecar.istio.io/excludeOutboundIPRanges': '10.0.0.0/8,fd00::/8' };
  expect(rules(policy, blocks)).toBe(`table ip pillion {}
delete table ip pillion
table ip pillion {
  chain inbound {
    type nat hook prerouting priority dstnat; policy accept;
    tcp dport { 15020, 15021, 15090 } return
    meta l4proto tcp redirect to :15006
  }
  chain outbound {
    type nat hook output priority -100; policy accept;
    meta skuid 1337 return
    ip daddr 127.0.0.0/8 return
    ip daddr 10.0.0.0/8 return
    meta l4proto tcp redirect to :15001
  }
}`);
});
