import { plainTable } from '../../src/cli/output/plain-table.ts';
import { pointer, valueAt } from '../../src/core/json/pointer.ts';
import { byName } from '../core-fixtures/by-name.ts';
import { differences } from '../core-fixtures/differences.ts';
import { type Injected, injected } from './admitted-pod.ts';
import { inputOf, podsOf } from './outcome.ts';
import type { Json, Peer } from './peer.ts';
import { policyFor } from './policy.ts';
import { CASES } from './settings.ts';
import { strict } from './strict.ts';

/** What compatibility Corrected changes about one golden’s input, in the order of the table below. */
export interface Correction {
  readonly golden: string;
  readonly changes: readonly string[];
}

const OURS = '/spec/(?:initContainers|containers)/byName';
const REDIRECT = `${OURS}/istio-(?:init|validation)`;
const PROXY = `${OURS}/istio-proxy`;

/** By the place in the pod, parts of lists told by their names: what a difference there means. */
const PHRASES: readonly (readonly [place: RegExp, phrase: string])[] = [
  [new RegExp(`^${REDIRECT}/resources`), 'init resources'],
  [new RegExp(`^${PROXY}/env/byName/ISTIO_META_POD_PORTS/`), 'protocol of ports'],
  [new RegExp(`^${PROXY}/env/byName/ISTIO_KUBE_APP_PROBERS/`), 'timeout of probes'],
  [new RegExp(`^${PROXY}/resources`), 'per-field resources'],
  [new RegExp(`^${OURS}/istio-[a-z]+/securityContext/seccompProfile`), 'seccomp profile'],
  [/^\/spec\/volumes\/byName\/[^/]+\/emptyDir$/, 'emptyDir source'],
  [/^\/metadata\/annotations\/prometheus\.io~1/, 'no scrape annotations'],
  [/^\/metadata\/annotations\/proxy\.istio\.io~1overrides$/, 'no overrides annotation'],
  [new RegExp(`^${PROXY}/env/(?:order|byName/(?:ISTIO_CPU_LIMIT|GOMEMLIMIT|GOMAXPROCS)$)`), 'no limits of the node'],
  [new RegExp(`^${REDIRECT}/args/`), 'status port agrees'],
  [new RegExp(`^${PROXY}/(?:lifecycle|readinessProbe|startupProbe)`), 'status port agrees'],
];

// in a pod that Istio’s injector has been at, the Istio mode keeps what that one left
const REPLACED = 'the earlier sidecar is replaced whole';
const IN_OURS = new RegExp(`^${OURS}/istio-`);

/** What the Corrected mode changes against the Istio mode, derived from both pods. */
export function correctionOf(golden: string, peer: Peer): Correction {
  const settings = CASES.get(golden) ?? {};
  const istio = policyFor(settings, peer, 'Istio');
  const corrected = policyFor(settings, peer, 'Corrected');
  const changes = podsOf(peer.objects(inputOf(golden))).flatMap(({ pod, namespace }) =>
    pod === undefined ? [] : changesOf(pod, injected(pod, namespace, corrected), injected(pod, namespace, istio)),
  );
  return { golden, changes: [...new Set(changes)] };
}

function changesOf(pod: Json, ours: Injected, before: Injected): string[] {
  if (ours.kind === 'refused') {
    if (before.kind === 'refused' && before.reason === ours.reason) return [];
    return [`refused: ${ours.reason}`];
  }
  const hints = ours.hints.map((code) => `hint: ${code}`);
  if (before.kind === 'refused') return [`not refused any more: ${before.reason}`, ...hints];
  const places = differences(byName(strict(ours.pod)), byName(strict(before.pod))).map(
    (difference) => difference.pointer,
  );
  const takesOver = valueAt(pod, pointer('metadata', 'annotations', 'sidecar.istio.io/status')) !== undefined;
  const phrases = places.map((place) =>
    takesOver && IN_OURS.test(place) ? REPLACED : (PHRASES.find(([pattern]) => pattern.test(place))?.[1] ?? place),
  );
  const rank = (phrase: string) => PHRASES.findIndex((entry) => entry[1] === phrase);
  return [...phrases.toSorted((one, other) => rank(one) - rank(other)), ...hints];
}

/** The corrections as a table. */
export const correctedTable = (corrections: readonly Correction[], colour: boolean): string =>
  `${plainTable(
    ['golden', 'what Corrected changes'],
    corrections.map(({ golden, changes }) => [golden.replace(/\.injected$/, ''), changes.join(', ') || 'nothing']),
    colour,
  )}\n`;
