import type { World } from './emulator';

/** Looks and periods of a second, judged at once: what an activity waits for is not shortened. */
export const LAB_ANALYSIS = {
  interval: '1s',
  initialDelay: '0s',
  period: '1s',
  settle: '0s',
};

/** The lab's migration.yaml: looks and periods of a second, no approvals; all other durations are LGTM's. */
export function labPlan(world: World): Record<string, unknown> {
  return {
    name: 'lgtm-prd',
    domain: world.domain,
    hostedZone: world.hostedZoneId,
    certificate: world.certificateArn,
    bucket: world.bucket,
    source: {
      instances: world.instanceIds,
      composeDirectory: world.composeDirectory,
    },
    secrets: [
      {
        name: 'lgtm/s3-credentials',
        from: { env: 'LGTM_S3_CREDENTIALS' },
      },
      {
        name: 'lgtm/grafana-secret-key',
        from: { env: 'LGTM_GRAFANA_SECRET_KEY' },
      },
    ],
    services: {
      grafana: {
        ...(world.grafanaDatabase ? { environment: world.grafanaDatabase } : {}),
        secrets: { GF_SECURITY_SECRET_KEY: 'lgtm/grafana-secret-key' },
      },
    },
    ...(world.fileSystem
      ? {
          grafana: {
            database: 'move',
            target: { efs: world.fileSystem },
          },
        }
      : {}),
    analysis: LAB_ANALYSIS,
    decommission: {
      approveStop: false,
      approveTerminate: false,
    },
  };
}
