import { pointer } from '../../json/pointer.ts';
import type { TrafficRule } from './rule.ts';

export const MESH038: TrafficRule = {
  code: 'MESH038',
  level: 'error',
  waivable: false,
  sentence: 'A way in names its certificate where a Gateway of the service’s own ends TLS, and nowhere else.',
  hint: 'Write tls.secret: the name of the Secret in the namespace of the gateway’s pods. A shared gateway has its own, and with passthrough the service itself has it.',
  evidence:
    'A gateway without the certificate of a server does not open its port, and one that is named where nobody looks is a mistake about who answers. charts/mesh-standard refuses the same.',
  wrong: 'expose: [{hosts: [shop.example.com], tls: {mode: simple}}]',
  right: 'expose: [{hosts: [shop.example.com], tls: {mode: simple, secret: shop-tls}}]',
  violations: ({ values: { expose } }) =>
    expose.flatMap(({ tls, gateway }, index) => {
      if (tls === undefined) return [];
      const { mode, secret } = tls;
      const path = pointer('expose', index, 'tls', 'secret');
      const isOwn = gateway === undefined && mode !== 'passthrough';
      if (isOwn) return secret === undefined ? [{ path, message: `is missing with mode ${mode}` }] : [];
      if (secret === undefined) return [];
      const because =
        gateway === undefined
          ? 'with passthrough the service itself has the certificate'
          : `the Gateway ${gateway} is shared, and its owners name the Secret there`;
      return [{ path, message: `is ${secret}, but ${because}` }];
    }),
};
