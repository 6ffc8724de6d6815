import { expect, test } from '@jest/globals';
import { type NetworkPolicy, shutOutBy } from '../../../src/core/kubernetes/network-policy.ts';

const POD = { app: 'pillion' };
const PORT = { name: 'admission', number: 8443 };
const policy = (name: string, spec: NetworkPolicy['spec']): NetworkPolicy => ({ metadata: { name }, spec });
const ingress = (...rules: NonNullable<NetworkPolicy['spec']['ingress']>) => ({ podSelector: {}, ingress: rules });

test.each<[string, readonly NetworkPolicy[], readonly string[]]>([
  ['no policy', [], []],
  ['one that lets nobody in', [policy('none', ingress())], ['none']],
  ['one of other pods', [policy('none', { podSelector: { matchLabels: { app: 'web' } } })], []],
  ['one about what goes out', [policy('out', { podSelector: {}, policyTypes: ['Egress'] })], []],
  ['the port by its name', [policy('chart', ingress({ ports: [{ port: 'admission' }] }))], []],
  ['the port in a range', [policy('range', ingress({ ports: [{ port: 8000, endPort: 9000 }] }))], []],
  ['another port', [policy('ops', ingress({ ports: [{ port: 8080 }] }))], ['ops']],
  ['from pods, which an API server is none of', [policy('pods', ingress({ from: [{}] }))], ['pods']],
  ['from a block of addresses', [policy('block', ingress({ from: [{ ipBlock: { cidr: '10.0.0.0/8' } }] }))], []],
  ['two, which add up', [policy('none', ingress()), policy('all', ingress({}))], []],
])('%s', (_name, policies, names) => {
  expect(shutOutBy(policies, POD, PORT).map(({ metadata }) => metadata.name)).toEqual(names);
});
