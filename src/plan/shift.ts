import { z } from 'zod';
import { durationWithin, wholeNumber } from './formats';

/** How long services may take to become steady, and how far a slow one is scaled. */
export const deploySchema = z.strictObject({
  steadyTimeout: durationWithin('1s', '6h').default('20m'),
  imageTimeout: durationWithin('1s', '30d').default('10m').meta({
    description: 'How long to look for missing images before the deploy holds',
  }),
  scaleOutPercent: wholeNumber(100, 1000).default(200).meta({
    description: 'What a performance failure scales a service to before it goes back (case 3); 100: go back at once',
  }),
  bake: durationWithin('0s', '30d').default('5m').meta({
    description: 'How long the signals of a deployment afterwards are judged before it has ended well',
  }),
});

const weight = wholeNumber(1, 100);
const approvedWeights = z.array(z.int());

/** The steps in which users and senders move; weights in percent. */
export const shiftSchema = z.strictObject({
  weights: z.array(weight).min(1).default([10, 50, 100]),
  bake: durationWithin('0s', '30d').default('1h'),
  ttl: wholeNumber(10, 300).default(60).meta({
    description: 'Seconds that the weighted pair may be cached',
  }),
  drainTimeout: durationWithin('0s', '12h').default('30m').meta({
    description: 'How long a way back waits until nobody asks ECS any more, before it is scaled down',
  }),
  approval: z.union([z.boolean(), approvedWeights]).default(false).meta({
    description: 'true: after every step but the last; or the weights after which one is awaited',
  }),
});
