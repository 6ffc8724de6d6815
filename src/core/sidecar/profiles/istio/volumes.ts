import { ownValue } from '../../../kubernetes/pod.ts';
import type { Rendered } from '../../rendering.ts';
import { NO_TOKEN } from '../../token.ts';
import type { Effective } from './effective.ts';
import { VOLUMES } from './names.ts';
import { userVolumes } from './user-volumes.ts';

const TOKEN_SECONDS = 43_200;

/**
 * The volumes of the proxy (Istio reference, chapter 3.6).
 * @param hidesToken whether an empty directory is mounted where the API server would mount a token
 */
export function volumes(
  { spec, asIstio, annotations }: Effective,
  serviceAccount: string,
  hidesToken: boolean,
): Rendered[] {
  const { certificates } = spec;
  // Istio leaves the source out, so that another template can name one; the API server makes it an empty directory
  const empty = (name: string): Rendered => (asIstio ? { name } : { name, emptyDir: {} });
  return [
    empty(VOLUMES.workloadSocket),
    empty(VOLUMES.credentialSocket),
    certificates.gkeWorkloadCertificate
      ? { name: VOLUMES.gkeWorkloadCertificates, csi: { driver: 'workloadcertificates.security.cloud.google.com' } }
      : empty(VOLUMES.workloadCertificates),
    { name: VOLUMES.envoy, emptyDir: { medium: 'Memory' } },
    { name: VOLUMES.data, emptyDir: {} },
    POD_INFO,
    tokenVolume(certificates.tokenAudience),
    ...(certificates.provider === 'istiod' ? [roots(certificates)] : []),
    { name: VOLUMES.revocations, configMap: { name: certificates.revocationConfigMap, optional: true } },
    ...(certificates.mountedSecret
      ? [
          {
            name: VOLUMES.mountedSecret,
            secret: { optional: true, secretName: `istio.${serviceAccount || 'default'}` },
          },
        ]
      : []),
    ...(userVolumes(ownValue(annotations, 'sidecar.istio.io/userVolume') ?? '{}') ?? []),
    ...(hidesToken && !asIstio ? [NO_TOKEN.volume] : []),
  ];
}

const POD_INFO: Rendered = {
  name: VOLUMES.podInfo,
  downwardAPI: {
    items: ['labels', 'annotations'].map((path) => ({ path, fieldRef: { fieldPath: `metadata.${path}` } })),
  },
};

const tokenVolume = (audience: string): Rendered => ({
  name: VOLUMES.token,
  projected: {
    sources: [{ serviceAccountToken: { path: VOLUMES.token, expirationSeconds: TOKEN_SECONDS, audience } }],
  },
});

function roots({ clusterTrustBundle, trustBundle }: Effective['spec']['certificates']): Rendered {
  if (!clusterTrustBundle) return { name: VOLUMES.roots, configMap: { name: trustBundle || 'istio-ca-root-cert' } };
  const name = `istio.io:istiod-ca:${trustBundle || 'root-cert'}`;
  return { name: VOLUMES.roots, projected: { sources: [{ clusterTrustBundle: { name, path: 'root-cert.pem' } }] } };
}
