/**
 * The oldest Kubernetes that Pillion works with: since this version matchConditions and ValidatingAdmissionPolicy are generally
 * available. The chart's kubeVersion and `npm run test:oldest` follow it.
 */
export const OLDEST_KUBERNETES = '1.30';

/** What an API server says of its version under /version, as far as it is read. */
export interface KubernetesVersion {
  readonly major: string;
  /** Some providers add a sign: `30+`. */
  readonly minor: string;
  readonly gitVersion: string;
}

/** Why Pillion cannot work with an API server of this version; undefined when it can, or says nothing that can be read. */
export function tooOld({ major, minor, gitVersion }: KubernetesVersion): string | undefined {
  const [oldestMajor = 0, oldestMinor = 0] = OLDEST_KUBERNETES.split('.').map(Number);
  const [isMajor, isMinor] = [Number.parseInt(major, 10), Number.parseInt(minor, 10)];
  if (Number.isNaN(isMajor) || Number.isNaN(isMinor)) return undefined;
  if (isMajor > oldestMajor || (isMajor === oldestMajor && isMinor >= oldestMinor)) return undefined;
  return (
    `the API server is Kubernetes ${gitVersion}, older than ${OLDEST_KUBERNETES}: it cannot hold back the calls for pods that did ` +
    'not ask, so nothing is registered; upgrade the cluster'
  );
}
