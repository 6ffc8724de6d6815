import type { Capacity } from '../capacity/capacity.ts';
import { figureText } from '../capacity/figure-text.ts';
import { type At, comingMoment, each, MOMENTS } from '../capacity/moments.ts';
import type { QuotaNeed } from '../capacity/quota-need.ts';
import type { GroupSum } from '../capacity/sidecar-sums.ts';
import type { CapacityView } from './capacity.ts';
import type { Reading } from './page-of.ts';

type Figures = CapacityView['lines'][number]['at'];

/** The capacity as the API tells it. */
export function capacityViewOf(capacity: Capacity, { asOf, remarks }: Reading): CapacityView {
  const { stage, lines, sidecars, quotas, leftOut } = capacity;
  return {
    asOf,
    ...(stage !== undefined && { stage }),
    lines: lines.map(({ what, unit, at, basis }) => ({
      ...{ what, unit, at: figuresOf(at), basis: basis.kind, basisOf: basis.of },
    })),
    squads: sidecars.squads.filter(hasSidecars).map(groupOf),
    namespaces: sidecars.namespaces.filter(hasSidecars).map(groupOf),
    quotas: quotas.map((quota) => quotaOf(quota, capacity)),
    leftOut: leftOut.map(({ reason, workloads, pods }) => ({ reason, workloads, pods })),
    remarks: [...remarks],
  };
}

const hasSidecars = ({ sums }: GroupSum): boolean => MOMENTS.some((moment) => sums[moment].pods > 0);

/** What is not known is left out: JSON has no word for it. */
const figuresOf = (at: At<number | undefined>): Figures =>
  Object.fromEntries(MOMENTS.flatMap((moment) => (Number.isFinite(at[moment]) ? [[moment, at[moment]]] : [])));

const groupOf = ({ name, sums }: GroupSum): CapacityView['squads'][number] => ({
  name,
  sidecars: figuresOf(each((moment) => sums[moment].pods)),
  memory: figuresOf(each((moment) => sums[moment].amounts.requests.memory)),
});

function quotaOf(need: QuotaNeed, capacity: Capacity): CapacityView['quotas'][number] {
  const { namespace, quota, resource, hard, needed, lacking } = need;
  const amount = (value: number) => figureText(value, resource.endsWith('cpu') ? 'cores' : 'bytes');
  const moment = comingMoment(capacity);
  const lacks = lacking[moment] > 0 ? moment : lacking.everything > 0 ? 'everything' : undefined;
  const then = moment === 'afterStage' ? 'after the stage' : 'in the end';
  const says = `${resource} is ${amount(hard)}; needed are ${amount(needed.now)} now and ${amount(needed[moment])} ${then}`;
  const lack =
    lacks === undefined ? '' : `, so ${amount(lacking[lacks])} are lacking${lacks === moment ? '' : ' in the end'}`;
  return { namespace, quota, says: `${says}${lack}`, lacks: lacks !== undefined };
}
