import { pointer } from '../../json/pointer.ts';
import type { TrafficRule, Violation } from './rule.ts';

export const MESH039: TrafficRule = {
  code: 'MESH039',
  level: 'error',
  waivable: false,
  sentence: 'A service names each host under which it is reached once.',
  hint: 'Leave the host in one entry of expose.',
  evidence:
    'Each host becomes a VirtualService of its name, so two of them would be one object written twice. The same host of two services is MESH050. charts/mesh-standard refuses the same.',
  wrong: 'expose: [{hosts: [shop.example.com]}, {hosts: [shop.example.com], gateway: edge/public}]',
  right: 'expose: [{hosts: [shop.example.com]}, {hosts: [www.example.com], gateway: edge/public}]',
  violations({ values: { expose } }) {
    const seen = new Map<string, string>();
    return expose.flatMap(({ hosts }, index) =>
      hosts.flatMap((host, at): readonly Violation[] => {
        const path = pointer('expose', index, 'hosts', at);
        const before = seen.get(host);
        seen.set(host, path);
        return before === undefined ? [] : [{ path, message: `is ${host}, which stands at ${before} already` }];
      }),
    );
  },
};
