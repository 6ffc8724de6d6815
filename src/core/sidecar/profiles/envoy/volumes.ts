import { ANNOTATIONS } from '../../names.ts';
import type { Rendered } from '../../rendering.ts';
import { NO_TOKEN } from '../../token.ts';
import { CONFIG_FILE, VOLUMES } from './names.ts';

export function volumes(hidesToken: boolean): Rendered[] {
  const fieldPath = `metadata.annotations['${ANNOTATIONS.envoyConfig}']`;
  return [
    {
      name: VOLUMES.config,
      downwardAPI: { items: [{ path: CONFIG_FILE, fieldRef: { apiVersion: 'v1', fieldPath } }] },
    },
    // in memory, because the cluster autoscaler does not move pods that have local storage on disk (istio#19395)
    { name: VOLUMES.run, emptyDir: { medium: 'Memory' } },
    ...(hidesToken ? [NO_TOKEN.volume] : []),
  ];
}
