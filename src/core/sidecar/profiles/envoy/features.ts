import type { EnvoyProfile } from '../../../api/envoy-profile.ts';

type Features = Pick<EnvoyProfile['spec'], 'features'>;

/** Whether traffic is looked into: counted, traced, written down. */
export const observes = ({ features }: Features): boolean => features.includes('Observability');

/** Whether what Services say about their traffic is done. */
export const followsServices = ({ features }: Features): boolean => features.includes('Resilience');

/** Whether HTTP is told apart from other traffic, which takes any feature. */
export const readsHttp = ({ features }: Features): boolean => features.length > 0;
