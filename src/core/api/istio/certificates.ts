import { Type } from 'typebox';
import { flag, from, group, required, word } from './fields.ts';

/** Where the proxy gets its certificate and the roots it trusts. */
export const Certificates = Type.Object(
  {
    authority: word('', 'Address of the certificate authority; istiod’s when empty.', 'global.caAddress'),
    provider: required('istiod', 'Who signs for the control plane.', 'global.pilotCertProvider'),
    trustBundle: word('', 'ConfigMap or ClusterTrustBundle with the roots.', 'global.trustBundleName'),
    clusterTrustBundle: flag(
      false,
      'The roots come from a ClusterTrustBundle.',
      'pilot.env.ENABLE_CLUSTER_TRUST_BUNDLE_API',
    ),
    revocationConfigMap: required('istio-ca-crl', 'ConfigMap with revocation lists.', 'pilot.crlConfigMapName'),
    tokenAudience: required('istio-ca', 'Audience of the token for istiod.', 'global.sds.token.aud'),
    stsPort: Type.Integer({
      minimum: 0,
      maximum: 65535,
      default: 0,
      description: from('Port of the token exchange; 0 for none.', 'global.sts.servicePort'),
    }),
    mountedSecret: flag(false, 'The Secret istio.SERVICEACCOUNT is mounted.', 'global.mountMtlsCerts'),
    gkeWorkloadCertificate: flag(
      false,
      'Certificates come from the driver of Google’s Kubernetes.',
      'global.caName: GkeWorkloadCertificate',
    ),
  },
  { ...group, description: 'Where the certificates of the proxy come from.' },
);
