import type { Plan } from '../../plan/schema';
import { judgeVersion, PINS, versionOf } from '../../plan/versions';
import { componentOf } from '../host/component';
import type { Container } from '../host/stack';
import type { Finding } from '../../contract/findings';
import { fail, pass, warn } from './index';

/** Move first, upgrade later: what runs on the hosts against what the plan would run. A change across storage or schema formats takes the way back away. */
export function versionFindings(plan: Plan, containers: Container[]): Finding[] {
  const running = new Map(
    containers.flatMap((container) => {
      const component = componentOf(container);
      return component && component in plan.services ? [[component, container.Image ?? ''] as const] : [];
    }),
  );
  const judged = [...running].map(([component, image]): Finding => {
    const found = versionOf(image);
    const target = plan.services[component]!.version ?? PINS[component];
    if (!found)
      return warn(
        'version',
        `${component} runs ${image}, a tag that moves: nobody knows whether ${target} is the same`,
        `ask it (${component} --version) and set services.${component}.version to what it says`,
      );
    const { level, message, source } = judgeVersion(component, found, target);
    if (level === 'fail')
      return fail(
        'version',
        `${message}${source ? ` (${source})` : ''}`,
        `move first, upgrade later: set services.${component}.version to ${found}`,
      );
    return level === 'warn'
      ? warn('version', message, `move first, upgrade later: set services.${component}.version to ${found}`)
      : pass('version', message);
  });
  const same = judged.filter(({ level }) => level === 'pass');
  return [
    ...(same.length > 0
      ? [pass('version', `deployed as they run: ${same.map(({ message }) => message).join(', ')}`)]
      : []),
    ...judged.filter(({ level }) => level !== 'pass'),
  ];
}
