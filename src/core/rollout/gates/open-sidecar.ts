import { itemsOf } from '../../compatibility/fit-object.ts';
import { fieldsOf } from '../../json/fields-of.ts';
import { metadataOf } from '../../kubernetes/metadata.ts';
import { allContainersOf, annotationsOf, ownValue, type Pod } from '../../kubernetes/pod.ts';
import { quantityValue } from '../../kubernetes/quantity.ts';
import { ANNOTATIONS, SIDECAR } from '../../sidecar/names.ts';
import type { OpenSidecar } from './gate-scope.ts';

/** The sidecar of a pod that carries one, as the API server tells of it. */
export function openSidecar(pod: Pod): OpenSidecar {
  const { namespace, name, creationTimestamp } = metadataOf(pod);
  const container = allContainersOf(pod).find((one) => one.name === SIDECAR);
  const limit = fieldsOf(fieldsOf(fieldsOf(container).resources).limits).memory;
  const status = statusOf(pod);
  const { restartCount } = status;
  const running = fieldsOf(fieldsOf(status.state).running);
  const restarts = typeof restartCount === 'number' ? restartCount : 0;
  return {
    ...{ namespace: String(namespace), pod: String(name) },
    // every plain Envoy has its configuration from there, and Istio’s has it from istiod
    kind: ownValue(annotationsOf(pod), ANNOTATIONS.envoyConfig) === undefined ? 'Istio' : 'Envoy',
    runs: running.startedAt !== undefined,
    memoryLimit: typeof limit === 'string' ? quantityValue(limit) : undefined,
    podCreatedMs: timeMs(creationTimestamp) ?? Number.NEGATIVE_INFINITY,
    restarts,
    lastRestartMs: restarts > 0 ? (timeMs(running.startedAt) ?? endedMs(status)) : undefined,
  };
}

/** Of a native sidecar it stands among the init containers. */
function statusOf(pod: Pod): Readonly<Record<string, unknown>> {
  const { initContainerStatuses, containerStatuses } = fieldsOf(fieldsOf(pod).status);
  const all = [initContainerStatuses, containerStatuses].flatMap(itemsOf);
  return fieldsOf(all.find(({ name }) => name === SIDECAR));
}

/** When it ended last, of one that waits to be started again. */
const endedMs = ({ state, lastState }: Readonly<Record<string, unknown>>): number | undefined =>
  timeMs(fieldsOf(fieldsOf(lastState).terminated).finishedAt) ??
  timeMs(fieldsOf(fieldsOf(state).terminated).finishedAt);

function timeMs(text: unknown): number | undefined {
  const ms = typeof text === 'string' ? Date.parse(text) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}
