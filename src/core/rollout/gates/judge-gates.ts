import type { GateName, Gates } from '../../api/rollout-gates.ts';
import { ACKNOWLEDGEMENTS } from './acknowledgements.ts';
import { ADOPTION } from './adoption.ts';
import { COMPATIBILITY } from './compatibility.ts';
import { CONTROL_PLANE } from './control-plane.ts';
import { ERROR_RATE } from './error-rate.ts';
import type { Evidence, GateKind } from './gate-kind.ts';
import { type JudgedGate, judgedGate } from './gate-part.ts';
import { LATENCY } from './latency.ts';
import { RESTARTS } from './restarts.ts';
import { SIDECAR_MEMORY } from './sidecar-memory.ts';
import { TELEMETRY_BACKENDS } from './telemetry-backends.ts';

/** Each gate, in the order in which they are told. */
const GATES: { readonly [G in GateName]: GateKind<G> } = {
  compatibility: COMPATIBILITY,
  acknowledgements: ACKNOWLEDGEMENTS,
  adoption: ADOPTION,
  errorRate: ERROR_RATE,
  latency: LATENCY,
  restarts: RESTARTS,
  sidecarMemory: SIDECAR_MEMORY,
  controlPlane: CONTROL_PLANE,
  telemetryBackends: TELEMETRY_BACKENDS,
};
const NAMES = Object.keys(GATES) as readonly GateName[];

/** Which gates are asked, in the order in which they are told. */
export const namesOf = (gates: Gates): readonly GateName[] => NAMES.filter((name) => gates[name] !== undefined);

/** Every query that gates have to ask Prometheus, each once. */
export const queriesOf = (gates: Gates, { scope, istiod }: Pick<Evidence, 'scope' | 'istiod'>): readonly string[] => {
  const queries = <G extends GateName>(name: G) => {
    const bounds = gates[name];
    return bounds === undefined ? [] : (GATES[name].queries?.(bounds, scope, istiod) ?? []);
  };
  return [...new Set(namesOf(gates).flatMap(queries))];
};

/** Judges each gate by the evidence. */
export const judgeGates = (gates: Gates, evidence: Evidence): readonly JudgedGate[] => {
  const judged = <G extends GateName>(name: G) => {
    const bounds = gates[name];
    return bounds === undefined ? [] : [judgedGate(name, GATES[name].judge(bounds, evidence))];
  };
  return namesOf(gates).flatMap(judged);
};
