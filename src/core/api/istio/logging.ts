import { Type } from 'typebox';
import { flag, group, word } from './fields.ts';

/** What the proxy and its agent log. */
export const Logging = Type.Object(
  {
    proxy: word('warning', 'Level of Envoy’s log.', 'global.proxy.logLevel'),
    components: word('misc:error', 'Levels of Envoy’s components.', 'global.proxy.componentLogLevel'),
    agent: word('default:info', 'Levels of the agent’s log.', 'global.logging.level'),
    asJson: flag(false, 'Whether the logs are JSON.', 'global.logAsJson'),
    outlierPath: word('', 'File to which ejections are logged.', 'global.proxy.outlierLogPath'),
  },
  { ...group, description: 'What the containers write of themselves.' },
);
