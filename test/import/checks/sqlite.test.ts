import { findAfter } from '../findings';
import { GRAFANA, GRAFANA_ENV } from '../folder';

const WITHOUT_TYPE = {
  file: GRAFANA_ENV,
  from: /GF_DATABASE_TYPE=.*\n/,
  to: '',
};

test('SQLite that is named fails where it is named', () => {
  const findings = findAfter({
    ...WITHOUT_TYPE,
    to: 'GF_DATABASE_TYPE=sqlite3\n',
  });
  expect(findings).toEqual([`fail grafana/sqlite ${GRAFANA_ENV}:1`]);
});

test('SQLite by default fails at the service', () => {
  const findings = findAfter(WITHOUT_TYPE);
  expect(findings).toEqual([`fail grafana/sqlite ${GRAFANA}:4`]);
});

test('a database that grafana.ini names is none of SQLite', () => {
  const findings = findAfter(WITHOUT_TYPE, {
    file: 'grafana/config/grafana.ini',
    from: '[users]',
    to: '[database]\ntype = mysql\n\n[users]',
  });
  expect(findings).toEqual([]);
});
