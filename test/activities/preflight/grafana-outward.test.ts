import { judgeOutward } from '../../../src/activities/preflight/grafana-outward';
import type { GrafanaSettings } from '../../../src/activities/preflight/grafana-settings';
import { GrafanaHost } from '../host/grafana-host';

const FOLDER = '/opt/lgtm';
const RULES = `
groups:
  - rules:
      - title: Mimir is gone
        data:
          - model:
              expr: absent(up{job="mimir"})
`;

/** What its program tells of a Grafana in a container with these settings and files. */
function look(env: Record<string, string>, files: Record<string, string>): GrafanaSettings {
  const host = new GrafanaHost();
  try {
    host.runGrafana(FOLDER, {
      env,
      files,
    });
    const { answer, error } = host.tell('look', {
      composeDirectory: FOLDER,
      service: 'grafana',
      nonce: '00ff',
      rounds: 1,
      defaultKey: 'key',
    });
    expect(error).toBe('');
    return answer as GrafanaSettings;
  } finally {
    host.remove();
  }
}

const judge = (settings: GrafanaSettings) =>
  judgeOutward(
    {
      instanceId: 'i-1',
      settings,
    },
    'vpc-1',
  );

test('a Grafana that calls nobody and watches nothing is told nothing of', () => {
  expect(judge(look({}, {}))).toEqual([]);
});

test('whom a Grafana calls is told, since they may admit the host alone, and rules that fire at the stop', () => {
  const settings = look(
    {
      GF_AUTH_LDAP_ENABLED: 'true',
      GF_SMTP_ENABLED: 'true',
      GF_SMTP_HOST: 'mail.example.com:587',
    },
    {
      '/etc/grafana/ldap.toml': '[[servers]]\nhost = "ldap.corp"\n',
      '/etc/grafana/provisioning/alerting/rules.yaml': RULES,
    },
  );
  const [calls, watches] = judge(settings);
  expect(calls).toMatchObject({
    level: 'warn',
    check: 'grafana/calls',
    message: expect.stringContaining('calls ldap.corp (LDAP), mail.example.com (mail): on ECS they see') as string,
    fix: expect.stringContaining('Name=vpc-id,Values=vpc-1') as string,
  });
  expect(watches).toMatchObject({
    level: 'warn',
    check: 'grafana/watches',
    message: expect.stringContaining('whether something is up or absent (Mimir is gone): those about') as string,
  });
});

test.each(['keycloak', 'localhost', '127.0.0.1', 'host.docker.internal'])(
  'a sign-in by %s, which means something on the host alone, is a failure',
  (host) => {
    const settings = look(
      {
        GF_AUTH_GENERIC_OAUTH_ENABLED: 'true',
        GF_AUTH_GENERIC_OAUTH_TOKEN_URL: `http://${host}:8080/token`,
      },
      {},
    );
    expect(judge(settings)).toMatchObject([
      {
        level: 'fail',
        check: 'grafana/local',
        message: expect.stringContaining(`calls ${host} (sign-in)`) as string,
      },
    ]);
  },
);
