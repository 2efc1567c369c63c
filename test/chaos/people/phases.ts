import type { Director } from '../lab/director';
import { meetAt } from '../lab/moment';
import { SensibleOperator } from './operator';
import type { DeedName } from './deeds';

/** Seconds for which a call is held in the middle of which the deed comes. */
const HELD_S = 2;

interface Phase {
  /** a call of the way forward, or of the way back from the week */
  call?: string;
  isBack?: boolean;
  /** what is asked before it goes on: the deed comes while it waits */
  asks?: string;
  deeds: DeedName[];
}

/** When it comes, and what: each kind of deed at each phase, of what the product makes a spread. */
export const PHASES = {
  provision: {
    call: 'elasticloadbalancing:CreateLoadBalancer#1',
    deeds: [
      'the record edited',
      'a target group deleted that nothing forwards to yet',
      'a log group deleted',
      'a secret deleted',
      'the host stopped',
      'the host terminated',
    ],
  },
  deploy: {
    call: 'ecs:CreateService#4',
    deeds: [
      'the record edited',
      'the record deleted',
      'a Cloud Map service deleted',
      'a role deleted',
      'a repository deleted',
      'the host stopped',
    ],
  },
  'the first weight': {
    call: 'route53:ChangeResourceRecordSets#3',
    deeds: [
      'the record edited',
      'the record deleted',
      'the weight edited',
      'a target group deleted',
      'the host terminated',
    ],
  },
  '10 %': {
    asks: '10 → 50 %',
    deeds: ['the record deleted', 'the weight edited', 'a rule deleted', 'an ECS service deleted', 'the host stopped'],
  },
  '50 %': {
    asks: '50 → 100 %',
    deeds: [
      'the record edited',
      'a target group deleted',
      'the cluster deleted',
      'a secret deleted',
      'the host terminated',
    ],
  },
  '100 %': {
    asks: 'the end of the shift',
    deeds: [
      'the record edited',
      'the weight edited',
      'a Cloud Map service deleted',
      'a log group deleted',
      'the host stopped',
    ],
  },
  decommission: {
    asks: 'stop i-',
    deeds: [
      'the record deleted',
      'an ECS service deleted',
      'a role deleted',
      'the host stopped',
      'the host terminated',
    ],
  },
  'the week': {
    asks: 'terminate i-',
    deeds: [
      'the record edited',
      'the record deleted',
      'a rule deleted',
      'an ECS service deleted',
      'the host started',
      'the host terminated',
    ],
  },
  'the start of the way back': {
    call: 'ec2:StartInstances#1',
    isBack: true,
    deeds: ['the record edited', 'the record deleted', 'an ECS service deleted', 'the host terminated'],
  },
  'the end of the way back': {
    call: 'ecs:UpdateService#6',
    isBack: true,
    deeds: ['the record edited', 'a Cloud Map service deleted', 'a target group deleted', 'the host stopped'],
  },
} as const satisfies Record<string, Phase>;
export type PhaseName = keyof typeof PHASES;

/** Rules that hold the run at its phase, from its beginning on. */
export function listRules(name: PhaseName): object[] {
  const phase: Phase = PHASES[name];
  return phase.call === undefined || phase.isBack ? [] : [holdAt(phase.call)];
}

/** Waits for the moment at which the deed comes; whatever is asked before it is approved. */
export async function untilPhase(director: Director, operator: SensibleOperator, name: PhaseName): Promise<boolean> {
  const phase: Phase = PHASES[name];
  if (phase.asks !== undefined) {
    await operator.approveUntil(phase.asks);
    return true;
  }
  if (phase.isBack) {
    await operator.approveUntil(LAST_QUESTION);
    await director.emulator.post('/rules', holdAt(phase.call!));
    await director.say('abort');
  }
  return director.untilMet();
}

function holdAt(call: string): object {
  return {
    ...meetAt(call),
    kind: 'delay',
    delay_s: HELD_S,
  };
}

const LAST_QUESTION = 'terminate i-';
