import { z } from 'zod';
import { nameDefaultTargetGroup } from '../defaults';
import { describeLongTargetGroup, describeNoRoom, SHADOWS_ITS_SERVICE } from '../texts';
import { defineServiceRule } from './rule';

const deployment = z.object({
  minimumHealthyPercent: z.number(),
  maximumPercent: z.number(),
});

/**
 * A deployment has room to replace a task, or the duties could never be switched.
 * ECS rounds up what must stay, and down what may run.
 * Source: AWS, API reference of DeploymentConfiguration.
 */
export const tasksAreReplaceable = defineServiceRule(
  z.object({ count: z.number().positive(), deployment }),
  ({ count, deployment: percent }, _name, report) => {
    const stay = Math.ceil((count * percent.minimumHealthyPercent) / 100);
    const run = Math.floor((count * percent.maximumPercent) / 100);
    if (run > stay) return;
    report(
      ['deployment'],
      percent,
      describeNoRoom({
        count,
        stay,
        run,
      }),
    );
  },
);

/** A task's containers have names of their own. */
export const containersDiffer = defineServiceRule(
  z.object({ sidecars: z.record(z.string(), z.unknown()) }),
  ({ sidecars }, name, report) => {
    if (Object.hasOwn(sidecars, name)) report(['sidecars', name], name, SHADOWS_ITS_SERVICE);
  },
);

/** Characters. Source: AWS, API reference of CreateTargetGroup. */
const LONGEST_TARGET_GROUP = 32;

/** A target group that is named after its service has a name that AWS takes. */
export const targetGroupsFit = defineServiceRule(
  z.object({ expose: z.object({ targetGroup: z.undefined().optional() }) }),
  (_service, name, report) => {
    const targetGroup = nameDefaultTargetGroup(name);
    if (targetGroup.length <= LONGEST_TARGET_GROUP) return;
    report(['expose'], targetGroup, describeLongTargetGroup(targetGroup, LONGEST_TARGET_GROUP));
  },
);
