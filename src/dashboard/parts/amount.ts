import { number } from './moment.ts';

/** The units that count, of one. */
const ONE = new Map([
  ['pods', 'pod'],
  ['nodes', 'node'],
  ['cores', 'core'],
]);
const STEPS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];

/** An amount with its unit as people write it; a dash where it is not known. Bytes are told in the largest unit that leaves a whole part. */
export function amountOf(amount: number | undefined, unit: string): string {
  if (amount === undefined) return '–';
  const [base, per] = unit.split('/');
  if (base !== 'bytes')
    return unit === '' ? number(amount) : `${number(amount)} ${amount === 1 ? (ONE.get(unit) ?? unit) : unit}`;
  const step = Math.min(STEPS.length - 1, Math.max(0, Math.floor(Math.log2(Math.max(1, Math.abs(amount))) / 10)));
  return `${Number((amount / 1024 ** step).toPrecision(3)).toLocaleString('en-GB')} ${STEPS[step]}${per === undefined ? '' : ` a ${per}`}`;
}
