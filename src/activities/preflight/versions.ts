import type { Finding } from '../../contract/findings';
import { PINS, type ComponentName } from '../../plan/components';
import type { Plan } from '../../plan/schema';
import { judgeVersion, versionOf } from '../../plan/versions';
import { isStoreName, storeOf } from '../../stores';
import { isPast } from '../../stores/version';
import { componentOf } from '../host/component';
import type { Container } from '../host/containers';
import { fail, pass, warn, type Look } from './finding';

/**
 * Move first, upgrade later: what runs on the hosts against what the plan would run. A change across storage or schema
 * formats takes the way back away.
 */
export function lookAtVersions(plan: Plan, containers: Container[]): Look {
  const images = new Map<ComponentName, string>();
  for (const container of containers) {
    const component = componentOf(container);
    if (component && component in plan.services) images.set(component, container.Image ?? '');
  }
  const findings = [...images].map(([component, image]) => judgeImage(plan, component, image));
  const same = findings.filter(({ level }) => level === 'pass');
  const others = findings.filter(({ level }) => level !== 'pass');
  const unproven = [...images].flatMap(([component, image]) => warnOfFlush(component, image) ?? []);
  if (same.length === 0) return { findings: [...others, ...unproven] };
  const versions = same.map(({ message }) => message).join(', ');
  return { findings: [pass('version', `deployed as they run: ${versions}`), ...others, ...unproven] };
}

/** Of a version that counts otherwise the drain sees no flush arrive, and asks whoever approves the stop. */
function warnOfFlush(component: ComponentName, image: string): Finding | undefined {
  const running = versionOf(image);
  if (!isStoreName(component) || !isPast(running, storeOf(component).metrics.until)) return undefined;
  return warn(
    'version',
    `${component} ${running} counts otherwise than is known: before the stop nobody sees whether its memory is in S3`,
    'look at its bucket when the drain asks for approval',
  );
}

function judgeImage(plan: Plan, component: ComponentName, image: string): Finding {
  const running = versionOf(image);
  const target = plan.services[component]!.version ?? PINS[component];
  if (running === undefined) {
    return warn(
      'version',
      `${component} runs ${image}, a tag that moves: nobody knows whether ${target} is the same`,
      `ask it (${component} --version) and set services.${component}.version to what it says`,
    );
  }
  const { level, message, source } = judgeVersion(component, running, target);
  const fix = `move first, upgrade later: set services.${component}.version to ${running}`;
  switch (level) {
    case 'pass':
      return pass('version', message);
    case 'warn':
      return warn('version', message, fix);
    case 'fail':
      return fail('version', source === undefined ? message : `${message} (${source})`, fix);
  }
}
