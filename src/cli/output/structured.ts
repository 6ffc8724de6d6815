import { stringify } from 'yaml';

export const OUTPUT_FORMATS = ['human', 'json', 'yaml'] as const;
export type OutputFormat = (typeof OUTPUT_FORMATS)[number];

/** Quotation marks as well around texts such as yes and off, which are booleans to kubectl. */
export const FOR_KUBECTL = { compat: 'yaml-1.1' } as const;

/** A value for machines, ending in a line break. */
export const structured = (value: unknown, format: Exclude<OutputFormat, 'human'>): string =>
  format === 'json' ? `${JSON.stringify(value, null, 2)}\n` : stringify(value, FOR_KUBECTL);
