import { flag, group } from './building-blocks.ts';

/** The page that people look at. */
export const dashboard = group(
  'The dashboard, on port 8081 of the Service. It changes nothing, and shows to each reader what the API server lets them list; `pillion dashboard` opens it. It gives the server the right to list workloads and to ask for the rights of readers.',
  {
    enabled: flag(true, 'Whether it is served.'),
  },
);
