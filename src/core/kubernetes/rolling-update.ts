import { asText } from '../json/as-text.ts';
import { fieldsOf } from '../json/fields-of.ts';

// what the API server fills in
const PRESET = '25%';

/**
 * Whether a Deployment is restarted by pods beside those that are there, as it lets none of them go before: by its `maxUnavailable`, which is
 * rounded down, and `maxSurge`, rounded up; where both come to none, one may go.
 * @param spec of the Deployment
 */
export function needsRoomBeside(spec: unknown, replicas: number): boolean {
  const { type = 'RollingUpdate', rollingUpdate } = fieldsOf(fieldsOf(spec).strategy);
  if (replicas < 1 || type !== 'RollingUpdate') return false;
  const { maxSurge = PRESET, maxUnavailable = PRESET } = fieldsOf(rollingUpdate);
  return Math.floor(podsOf(maxUnavailable, replicas)) === 0 && Math.ceil(podsOf(maxSurge, replicas)) > 0;
}

function podsOf(bound: unknown, replicas: number): number {
  const [, percent] = /^(\d+)%$/.exec(asText(bound)) ?? [];
  return percent === undefined ? Number(bound) || 0 : (Number(percent) * replicas) / 100;
}
