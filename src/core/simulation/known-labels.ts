import type { Labels } from '../kubernetes/pod.ts';

/** Labels or annotations of which some are not known; an absent one is known to be absent only when `knows` says so. */
export interface KnownLabels {
  readonly labels: Labels;
  readonly knows: (key: string) => boolean;
}

/** Nothing is known of them. */
export const NOTHING_KNOWN: KnownLabels = { labels: Object.freeze({}), knows: () => false };
/** These, and no others. */
export const allKnown = (labels: Labels): KnownLabels => ({ labels, knows: () => true });

/**
 * The labels as what decides reads them, by `ownValue`. One that is not known is answered as absent.
 * @param onGap hears which
 */
export const watchedLabels = ({ labels, knows }: KnownLabels, onGap: (key: string) => void): Labels =>
  new Proxy(labels, {
    getOwnPropertyDescriptor: (target, key) => {
      if (typeof key === 'string' && !Object.hasOwn(target, key) && !knows(key)) onGap(key);
      return Reflect.getOwnPropertyDescriptor(target, key);
    },
  });
