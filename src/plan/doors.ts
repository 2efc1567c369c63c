import { isStoreName, storeOf } from '../stores';
import type { Door } from '../stores/store';

/** Of dockerfiles/alloy, where it takes telemetry; its HTTP port shows itself. */
const ALLOY_DOORS: Door[] = [
  {
    port: 4317,
    speaks: 'OTLP over gRPC',
  },
  {
    port: 4318,
    speaks: 'OTLP over HTTP',
  },
  {
    port: 9090,
    speaks: "Prometheus' remote write",
  },
  {
    port: 3101,
    speaks: 'pushed logs',
  },
  {
    port: 4041,
    speaks: 'pushed profiles',
  },
];

/** Where senders reach a component beside its HTTP port: the one list of them. */
function listDoors(component: string): Door[] {
  if (isStoreName(component)) return storeOf(component).doors;
  return component === 'alloy' ? ALLOY_DOORS : [];
}

/** The same, as ports of a service. */
export const listDoorPorts = (component: string): number[] => listDoors(component).map(({ port }) => port);
