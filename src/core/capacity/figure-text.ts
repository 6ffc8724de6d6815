import { amountText } from '../compatibility/pod-amounts.ts';
import type { Unit } from './capacity-lines.ts';

/** A figure in its unit, for people. */
export function figureText(value: number, unit: Unit): string {
  if (value < 0) return `-${figureText(-value, unit)}`;
  if (unit === 'cores') return amountText(value, 'cpu');
  if (unit === 'bytes') return amountText(value, 'memory');
  if (unit === 'bytes/day') return `${amountText(value, 'memory')}/day`;
  return `${Math.round(value)}${unit === 'spans/day' ? '/day' : ''}`;
}
