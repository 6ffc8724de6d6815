import { decide } from '../../../core/decision/decide.ts';
import { subjectOf } from '../../../core/decision/subject.ts';
import { ok, someOf, warning } from '../../../core/doctor/finding.ts';
import type { Pod } from '../../../core/kubernetes/pod.ts';
import { readJson } from '../../read-json.ts';
import { byPolicy } from '../by-policy.ts';
import type { Check } from '../examine.ts';

// each is read whole, to know what keeps it from having one: some seconds
const MOST_READ = 1000;
const ENOUGH_MISSED = 50;

/** Which pods run without the sidecar that they asked for. */
export const missedPods: Check = byPolicy(async (patient, policy) => {
  const bare = await patient.bare();
  const missed: (typeof bare)[number][] = [];
  let looked = 0;
  for (const one of bare.slice(0, MOST_READ)) {
    if (missed.length === ENOUGH_MISSED) break;
    looked += 1;
    const path = `/api/v1/namespaces/${one.namespace.name}/pods/${encodeURIComponent(one.name)}`;
    const pod = await readJson<Pod>(patient.transport, path);
    // those about which Pillion decides otherwise, such as pods on the host network, miss nothing
    if (pod && decide(subjectOf(pod, one.namespace, policy, '')).verdict === 'inject') missed.push(one);
  }
  const isWhole = looked === bare.length;
  const part = `${looked} of ${bare.length} pods without one were looked at`;
  const [first] = missed;
  if (first === undefined)
    return [isWhole ? ok('every pod that asked has its sidecar') : warning(`no pod was found that misses it: ${part}`)];
  const names = someOf(missed.map(({ namespace, name }) => `${namespace.name}/${name}`));
  const count = isWhole ? String(missed.length) : `at least ${missed.length}`;
  return [
    warning(
      `${count} pods asked and run without a sidecar: ${names}; their controllers make new ones${isWhole ? '' : `; ${part}`}`,
      `kubectl -n ${first.namespace.name} delete pod ${first.name}`,
    ),
  ];
});
