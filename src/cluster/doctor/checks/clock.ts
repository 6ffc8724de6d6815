import { type Finding, orOk, warning } from '../../../core/doctor/finding.ts';
import type { Check } from '../examine.ts';

// a Date header tells seconds, and is under way for a while
const MOST_MS = 10_000;

const CALL_WITHIN_MS = 10_000;

/** Whether the clocks agree: of this machine and of each replica with that of the API server, by the Date headers of their answers. */
export const clock: Check = async (patient) => {
  const { headers } = await patient.transport
    .open({ method: 'GET', path: '/version', signal: AbortSignal.timeout(CALL_WITHIN_MS) })
    .then((response) => response.resume());
  const here = patient.now().getTime();
  const apiServer = Date.parse(headers.date ?? '');
  if (Number.isNaN(apiServer)) return [warning('the API server has sent no Date header')];
  const told = (who: string, ms: number, next: string): readonly Finding[] => {
    const ahead = ms - apiServer;
    if (Math.abs(ahead) <= MOST_MS) return [];
    const by = `${Math.round(Math.abs(ahead) / 1_000)} s ${ahead > 0 ? 'ahead of' : 'behind'} the API server`;
    return [warning(`the clock of ${who} is ${by}`, next)];
  };
  const replicas = (await patient.serving()).served.flatMap(({ date, at, address }) => {
    // the answers came at different times: by this machine's clock, how long before that of the API server
    const then = Date.parse(date ?? '') + here - at.getTime();
    return Number.isNaN(then) ? [] : told(`the replica at ${address}`, then, 'timedatectl status    # on its node');
  });
  return orOk([...told('this machine', here, 'timedatectl status'), ...replicas], 'the clocks agree within seconds');
};
