import fc from 'fast-check';

// Every day the same cases, so that what turns red is the change: `npm test -- --seed=random` looks for others.
const EVERY_DAY = 20_261_127;

const { PILLION_SEED = String(EVERY_DAY) } = process.env;
if (PILLION_SEED !== 'random') fc.configureGlobal({ seed: Number(PILLION_SEED) });
