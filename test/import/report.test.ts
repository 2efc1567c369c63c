import { readFileSync } from 'node:fs';
import * as folder from './folder';
import { importFolder } from './results';

const { editExample, EXAMPLE } = folder;

test('the report of the example says what is there', () => {
  const { markdown } = importFolder(EXAMPLE);
  const fixture = folder.findFixture('report.md');
  const expected = readFileSync(fixture, 'utf8');
  expect(markdown).toBe(expected);
});

test('a bar in a value does not end its cell', () => {
  const root = editExample({
    file: folder.MIMIR,
    from: '      - REGION\n',
    to: '      - REGION\n      - FILTER=a|b\n',
  });
  const { markdown } = importFolder(root);
  expect(markdown).toContain('| mimir | FILTER | a\\|b |');
});

describe('a folder with secrets in it', () => {
  const database = `
GF_DATABASE_PASSWORD=hunter2
GF_SMTP_PASSWORD="hunter2"
GF_DATABASE_URL=postgres://grafana:p@hunter2@db.example.com/grafana
GF_DATABASE_TYPE`;
  const variables = `
      - REGION
      - AWS_SECRET_ACCESS_KEY=hunter2
      - PUSH=http://push:hunter2@example.com/
`;
  const root = editExample(
    {
      file: folder.GRAFANA_ENV,
      from: 'GF_DATABASE_TYPE',
      to: database,
    },
    {
      file: folder.MIMIR,
      from: '\n      - REGION\n',
      to: variables,
    },
    {
      file: folder.TEMPO_CONFIG,
      from: '      bucket:',
      to: '      secret_key: hunter2\n      bucket:',
    },
  );
  const results = importFolder(root);

  test('shows none of them in the plan, the report or the document', () => {
    const everything = JSON.stringify(results);
    expect(everything).not.toContain('hunter2');
  });

  test('shows that they are set', () => {
    const row = '| mimir | AWS_SECRET_ACCESS_KEY | (set, not shown) |';
    expect(results.markdown).toContain(row);
    expect(results.markdown).toContain('mimir/static-keys');
  });

  test('names in its plan those that the task is given', () => {
    const grafana = results.plan.services['grafana'];
    expect(grafana?.secrets).toEqual({
      GF_DATABASE_PASSWORD: 'lgtm/grafana-database-password',
      GF_DATABASE_URL: 'lgtm/grafana-database-url',
      GF_SECURITY_SECRET_KEY: 'lgtm/grafana-security-secret-key',
      GF_SMTP_PASSWORD: 'lgtm/grafana-smtp-password',
    });
  });
});
