const MOMENT = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
});
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' });
const LOCAL_DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const NUMBER = new Intl.NumberFormat('en-GB', { maximumFractionDigits: 2 });

const written = (format: Intl.DateTimeFormat, at: string): string => {
  const time = new Date(at);
  return Number.isNaN(time.getTime()) ? at : format.format(time);
};

/** A time as the reader’s clock shows it; what is no time stays as it is. */
export const moment = (at: string): string => written(MOMENT, at);
/** The time of day, to the second. */
export const clock = (at: string): string => written(CLOCK, at);
/** The day by the reader’s clock, without its year. */
export const localDay = (at: string): string => written(LOCAL_DAY, at);
/** A day such as 2027-01-31, the same in each time zone. */
export const day = (at: string): string => written(DAY, at);
/** A number with its thousands apart. */
export const number = (value: number): string => NUMBER.format(value);
/** A share from 0 to 1 as a percentage: whole, and never 100 % before all is done. */
export const percent = (share: number): string => `${share >= 1 ? 100 : Math.min(99, Math.round(share * 100))}\u00a0%`;
/** "1 pod", "2 pods". */
export const counted = (amount: number, one: string, many = `${one}s`): string =>
  `${number(amount)} ${amount === 1 ? one : many}`;
