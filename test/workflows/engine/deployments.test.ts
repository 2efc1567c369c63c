import type { Status } from '../../../src/contract/status';
import { Deployments } from '../../../src/workflows/engine/deployments';

const at = (weight: number, waitsFor?: 'resume' | 'approval') => ({
  status: {
    kind: 'migration',
    name: 'lgtm-prd',
    phase: 'shift',
    weight,
    waitingFor: waitsFor ? { for: waitsFor, what: waitsFor, since: '', verbs: [] } : null,
  } as unknown as Status,
  isPaused: waitsFor === 'resume',
  isDeployed: true,
});

test('a migration that stands paused at 0 % after its deploy lets one in, and nobody else does', () => {
  const deployments = new Deployments();
  expect(deployments.refuse(at(0, 'resume'), false)).toBeNull();
  expect(deployments.findMoment(at(0, 'resume'))).toBe('before');
  const others = [at(0), at(10, 'resume'), at(0, 'approval'), { ...at(0, 'resume'), isDeployed: false }];
  for (const situation of others)
    expect(deployments.refuse(situation, true)).toContain('only while it is paused at 0 %');
});

test('in the week it is let in by name alone, and never once it goes back or terminates', () => {
  const deployments = new Deployments();
  deployments.isInTheWeek = true;
  expect(deployments.refuse(at(100), false)).toContain('give --during-week');
  expect(deployments.refuse(at(100), true)).toBeNull();
  deployments.isClosed = true;
  expect(deployments.refuse(at(100), true)).toContain('takes no deployment any more');
});
