import { warn, type ImportFinding } from '../finding';
import type { Inventory } from '../read/inventory';
import type { Container } from '../read/running';
import { containerIsUnhealthy } from './texts';

/** A container that does not run well now: the way back waits for a healthy stack. */
export function checkUnhealthyContainer({ running }: Inventory): ImportFinding[] {
  return running.flatMap(({ instance, containers }) => {
    const place = {
      file: instance,
      line: 1,
    };
    const unhealthy = containers.filter((container) => !isWell(container));
    return unhealthy.map((container) => {
      const text = containerIsUnhealthy(container.Service, describeState(container), instance);
      return warn('host/not-healthy', place, text);
    });
  });
}

function isWell({ State, Health }: Container): boolean {
  return State === 'running' && Health !== 'unhealthy';
}

function describeState({ State, Health }: Container): string {
  return Health ? `${State}, ${Health}` : State;
}
