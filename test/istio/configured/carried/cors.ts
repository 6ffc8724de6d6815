import type { Cors, None } from '../configuration.ts';
import type { Message } from '../discovery.ts';

/** Which pages may read the answers of a route. */
export function carriedCors(policy: Message | undefined): Cors | None {
  if (policy === undefined) return 'none';
  return {
    origins: (policy.allow_origin_string_match ?? []).map(({ exact, safe_regex }: Message) =>
      exact === undefined ? { is: 'regex', value: safe_regex.regex } : { is: 'exact', value: exact },
    ),
    methods: policy.allow_methods ?? '',
    headers: policy.allow_headers ?? '',
    exposeHeaders: policy.expose_headers ?? '',
    maxAgeSeconds: policy.max_age === undefined ? 'none' : Number(policy.max_age),
    credentials: policy.allow_credentials ?? false,
  };
}
