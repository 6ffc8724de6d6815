import { Type } from 'typebox';
import { closed } from '../profile-building-blocks.ts';
import { flag, from, group } from './fields.ts';

/** What the containers may do. */
export const Rights = Type.Object(
  {
    privileged: flag(false, 'Both containers run privileged.', 'global.proxy.privileged'),
    netBindService: flag(false, 'The proxy may listen below port 1024, as root.', 'global.proxy.capNetBindService'),
    seccompProfile: Type.Optional(
      Type.Object(
        {
          type: Type.Enum(['RuntimeDefault', 'Unconfined', 'Localhost'], { description: 'Which kind of profile.' }),
          localhostProfile: Type.Optional(
            Type.String({ minLength: 1, maxLength: 4096, description: 'With Localhost: its file on the node.' }),
          ),
        },
        {
          ...closed,
          description: from(
            'Of both containers. Left out, it is RuntimeDefault, or none with compatibility Istio.',
            'global.proxy.seccompProfile',
          ),
        },
      ),
    ),
  },
  { ...group, description: 'What the containers may do.' },
);
