import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { missedPods } from '../../../src/cluster/doctor/checks/missed-pods.ts';
import type { Patient } from '../../../src/cluster/doctor/patient.ts';
import type { KubeRequest } from '../../../src/cluster/transport.ts';
import { policyWith } from '../../core-fixtures/policies.ts';

const namespace = { name: 'shop', labels: { 'istio-injection': 'enabled' } };

/** Pods without a sidecar: first those on the host network, which miss none. */
function patientOf(onHost: number, missing: number): { patient: Patient; read: string[] } {
  const read: string[] = [];
  const bare = Array.from({ length: onHost + missing }, (_, index) => ({ namespace, name: `pod-${index}` }));
  const open = async ({ path }: KubeRequest) => {
    read.push(path);
    const name = path.slice(path.lastIndexOf('/') + 1);
    const hostNetwork = Number(name.slice('pod-'.length)) < onHost;
    const metadata = { name, namespace: 'shop', annotations: { 'sidecar.istio.io/inject': 'true' } };
    const pod = { metadata, spec: { hostNetwork, containers: [{ name: 'web', image: 'example.com/web:1' }] } };
    return Readable.from([Buffer.from(JSON.stringify(pod))]) as IncomingMessage;
  };
  const transport = { server: 'https://fake', open, close: () => {} };
  const patient = { transport, bare: async () => bare, policy: async () => policyWith({}) };
  return { patient: patient as unknown as Patient, read };
}

test.each([
  ['none misses one', 60, 0, 60, 'ok', /^every pod that asked has its sidecar$/],
  [
    'one misses it behind many that do not',
    60,
    1,
    61,
    'warning',
    /^1 pods asked and run without a sidecar: shop\/pod-60;/,
  ],
  [
    'enough are found',
    10,
    100,
    60,
    'warning',
    /^at least 50 pods asked and .*; 60 of 110 pods without one were looked at$/,
  ],
  [
    'there are too many to look at',
    1200,
    1,
    1000,
    'warning',
    /^no pod was found that misses it: 1000 of 1201 pods without one were looked at$/,
  ],
])('of pods without a sidecar, %s', async (_, onHost, missing, looked, grade, says) => {
  const { patient, read } = patientOf(onHost, missing);
  expect(await missedPods(patient)).toEqual([expect.objectContaining({ grade, says: expect.stringMatching(says) })]);
  expect(read).toHaveLength(looked);
});
