import { goDurationMs } from '../../kubernetes/go-duration.ts';

/** A share of a plan such as `0.5%` as a number; the schema takes nothing else. */
export const shareOf = (percent: string): number => Number(percent.slice(0, -1)) / 100;

/** A duration of a plan in milliseconds; the schema takes nothing else. */
export const durationMs = (text: string): number => goDurationMs(text) ?? Number.NaN;

// of a rate of errors the first digits that are not zero say something
const DIGITS = 3;

/** A share for people. */
export const percent = (share: number): string => `${rounded(share * 100)} %`;

/** Milliseconds for people. */
export const milliseconds = (ms: number): string => (ms < 1000 ? `${rounded(ms)} ms` : `${rounded(ms / 1000)} s`);

/** A count for people, with a comma at each thousand. */
export const count = (value: number): string => Math.round(value).toLocaleString('en-US');

const rounded = (value: number): number => Number(value.toPrecision(DIGITS));

/** So many of a thing, in words. */
export const countOf = (many: number, one: string): string => `${count(many)} ${many === 1 ? one : `${one}s`}`;
