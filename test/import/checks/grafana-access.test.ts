import { findAfter } from '../findings';
import { GRAFANA_ENV } from '../folder';

const findWith = (line: string) =>
  findAfter({
    file: GRAFANA_ENV,
    from: /^/,
    to: `${line}\n`,
  });

test.each([
  ['GF_AUTH_ANONYMOUS_ENABLED=true', 'fail grafana/anonymous'],
  ['GF_AUTH_DISABLE_LOGIN_FORM=true', 'fail grafana/login-form'],
  ['GF_AUTH_PROXY_ENABLED=true', 'fail grafana/auth-proxy'],
  ['GF_SECURITY_ADMIN_PASSWORD=admin', 'fail grafana/admin-password'],
  ['GF_USERS_ALLOW_SIGN_UP=true', 'warn grafana/sign-up'],
])('%s opens Grafana behind a load balancer, or does not come along', (line, finding) => {
  expect(findWith(line)).toEqual([`${finding} ${GRAFANA_ENV}:1`]);
});

test.each(['GF_AUTH_ANONYMOUS_ENABLED=false', 'GF_SECURITY_ADMIN_PASSWORD=horse-staple'])(
  '%s opens nothing',
  (line) => {
    expect(findWith(line)).toEqual([]);
  },
);
