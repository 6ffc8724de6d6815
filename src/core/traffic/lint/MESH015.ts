import type { TrafficRule, Violation } from './rule.ts';
import { ownPlace, told } from './told.ts';

export const MESH015: TrafficRule = {
  code: 'MESH015',
  level: 'error',
  sentence: 'The algorithm consistent-hash comes with what the hash is made of, and no other does.',
  hint: 'Write loadBalancing.algorithm: consistent-hash and loadBalancing.hash with header, cookie or sourceIp, or neither.',
  evidence:
    'Without a value to make the hash of, Envoy chooses a pod at random, and with another algorithm it does not look at it.',
  shownBy: [
    'test/traffic/traffic-rules-of-pods.test.ts',
    'MESH015: without a value to make the hash of, requests go to any pod, and with one to the same',
  ],
  wrong: 'loadBalancing: {algorithm: consistent-hash}',
  right: 'loadBalancing: {algorithm: consistent-hash, hash: {header: x-user}}',
  violations(judged) {
    const { algorithm, hash } = judged.values.loadBalancing;
    if ((algorithm === 'consistent-hash') === (hash !== undefined)) return [];
    const [how, what] = ['/loadBalancing/algorithm', '/loadBalancing/hash'];
    const lacking: Violation = { path: how, message: `${told(judged, how)} has nothing to make a hash of` };
    const useless: Violation = {
      path: ownPlace(judged, what, how),
      message: `hash has no effect with ${told(judged, how)}`,
    };
    return [hash === undefined ? lacking : useless];
  },
};
