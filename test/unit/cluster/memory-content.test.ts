import { expect, test } from '@jest/globals';
import { keyParts, memoryKey, readMemory } from '../../../src/cluster/registration/memory-content.ts';

const OWNER = 'c0ffee00-0000-4000-8000-000000000001';
const STOOD = '0d1f3c9e-1f0a-4b6e-9a55-2f0f4a1f6a01';
const KEY = memoryKey('ValidatingAdmissionPolicy', 'pillion-final-state');

const configMap = (data: Record<string, string>, more: object = {}) => ({
  metadata: {
    uid: 'memory',
    ownerReferences: [{ apiVersion: 'v1', kind: 'ClusterRole', name: 'pillion', uid: OWNER }],
  },
  data,
  ...more,
});

test.each<[string, Parameters<typeof readMemory>[0], ReturnType<typeof readMemory>]>([
  ['is empty where there is none', undefined, { uids: new Map(), replace: false }],
  ['knows what was noted', configMap({ [KEY]: STOOD }), { uids: new Map([[KEY, STOOD]]), replace: false }],
  [
    'knows it also where nobody owns it',
    configMap({ [KEY]: STOOD }, { metadata: { uid: 'memory' } }),
    { uids: new Map([[KEY, STOOD]]), replace: false },
  ],
  ['passes over what is no note', configMap({ note: 'of somebody' }), { uids: new Map(), replace: false }],
  [
    'of another owner says nothing and makes way',
    configMap({ [KEY]: STOOD }, { metadata: { uid: 'memory', ownerReferences: [{ uid: 'of-an-older-release' }] } }),
    { uids: new Map(), replace: true },
  ],
  [
    'with a note that is no uid is corrupt as a whole',
    configMap({ [KEY]: STOOD, [memoryKey('MutatingWebhookConfiguration', 'zz-pillion-inject')]: '' }),
    {
      uids: new Map(),
      replace: true,
      problem: expect.stringMatching(/corrupt.*: MutatingWebhookConfiguration.zz-pillion-inject is no uid$/) as never,
    },
  ],
  [
    'that is immutable cannot be added to',
    configMap({ [KEY]: STOOD }, { immutable: true }),
    { uids: new Map(), replace: true, problem: expect.stringMatching(/it is immutable$/) as never },
  ],
])('a memory %s', (_name, standing, expected) => {
  expect(readMemory(standing, OWNER)).toEqual(expected);
});

test.each([
  ['ValidatingAdmissionPolicy.a', { kind: 'ValidatingAdmissionPolicy', name: 'a' }],
  ['ValidatingAdmissionPolicyBinding.a.b', { kind: 'ValidatingAdmissionPolicyBinding', name: 'a.b' }],
  ['Pod.a', undefined],
])('the key %s is about one object', (key, expected) => {
  expect(keyParts(key)).toEqual(expected && { key, ...expected });
});
