import { durationMs } from '../../../../src/core/traffic/duration.ts';
import type { EffectiveValues } from '../../../../src/core/traffic/effective-values.ts';
import type { Cors, None } from '../configuration.ts';

/** Which pages may read the answers; where none is named, none may. */
export function wantedCors(cors: EffectiveValues['cors']): Cors | None {
  if (cors === 'none') return 'none';
  return {
    origins: cors.origins.map((origin) =>
      origin === '*' ? { is: 'regex', value: '.*' } : { is: origin.startsWith('^') ? 'regex' : 'exact', value: origin },
    ),
    methods: cors.methods.join(','),
    headers: cors.headers.join(','),
    exposeHeaders: cors.exposeHeaders.join(','),
    // browsers are told whole seconds; a part of one is rounded up
    maxAgeSeconds: cors.maxAge === undefined ? 'none' : Math.ceil(durationMs(cors.maxAge as `${number}s`) / 1_000),
    credentials: cors.credentials,
  };
}
