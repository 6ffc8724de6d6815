import type { InjectionPolicy } from '../api/injection-policy.ts';
import { isByDigest, repositoryOf } from '../kubernetes/image-reference.ts';
import { quantityValue } from '../kubernetes/quantity.ts';
import type { ActiveProfile } from '../sidecar/profiles/active-profile.ts';

/** An override that a policy allows, within bounds. */
export type AllowedOverride = InjectionPolicy['spec']['overrides']['allow'][number];

interface BoundsOfPolicy {
  readonly spec: InjectionPolicy['spec'];
  readonly activeProfiles: readonly ActiveProfile[];
}

/** The amounts that the policy allows, in words; empty without a bound. */
export const boundsText = ({ min, max }: AllowedOverride): string =>
  [...(min === undefined ? [] : [`at least ${min}`]), ...(max === undefined ? [] : [`at most ${max}`])].join(' and ');

/** What is accepted of an amount, when this one is not; undefined also for a text that is no amount. */
export function amountBeyond(value: string, allowed: AllowedOverride): string | undefined {
  const { min, max } = allowed;
  const amount = quantityValue(value);
  if (amount === undefined) return undefined;
  const tooLittle = min !== undefined && amount < (quantityValue(min) ?? 0);
  const tooMuch = max !== undefined && amount > (quantityValue(max) ?? Number.POSITIVE_INFINITY);
  return tooLittle || tooMuch ? boundsText(allowed) : undefined;
}

/** The repositories that the image of a sidecar may come from: those of the entry, else the ones that the operator’s profiles name. */
export const repositoriesOf = ({ images }: AllowedOverride, { activeProfiles }: BoundsOfPolicy): readonly string[] =>
  images ?? [...new Set(activeProfiles.flatMap((profile) => imagesOf(profile).map(repositoryOf)))].sort();

/** The images that a profile names itself. */
export const imagesOf = ({ shape }: ActiveProfile): readonly string[] => shape.containers.map(({ image }) => image);

// an allowed one that ends in a star stands for all that begin so
const isAmong = (repository: string, allowed: string): boolean =>
  allowed.endsWith('*') ? repository.startsWith(allowed.slice(0, -1)) : repository === allowed;

/** What is accepted of images, when this one is not. */
export function imageBeyond(image: string, allowed: AllowedOverride, policy: BoundsOfPolicy): string | undefined {
  const repositories = repositoriesOf(allowed, policy);
  const repository = repositoryOf(image);
  if (!repositories.some((allowedOne) => isAmong(repository, allowedOne)))
    return `images of ${repositories.join(', ')}`;
  return policy.spec.overrides.imagesByDigest && !isByDigest(image)
    ? 'images by their digest (@sha256:...)'
    : undefined;
}

/** What is accepted of values, when this one is not. */
export const valueBeyond = (value: string, { values }: AllowedOverride): string | undefined =>
  values === undefined || values.includes(value) ? undefined : values.join(', ');

/** What is accepted of paths of mounts, when one of these is not. */
export function pathsBeyond(mountPaths: readonly string[], { paths = [] }: AllowedOverride): string | undefined {
  // one without a path is refused for that
  const isBelow = (path: string) =>
    path === '' ||
    (!path.split('/').includes('..') &&
      paths.some(
        (directory) => path === directory || path.startsWith(directory.endsWith('/') ? directory : `${directory}/`),
      ));
  return mountPaths.every(isBelow) ? undefined : `paths at or below ${paths.join(', ')}`;
}
