import { fail, warn, type ImportFinding } from '../finding';
import type { Sourced } from '../place';
import type { Grafana } from '../read/grafana';
import { listGrafanas, type Inventory } from '../read/inventory';
import { adminPasswordIsDefault, anonymousIsLetIn, loginFormIsOff, proxyIsTrusted, signUpEnds } from './grafana-texts';

/** Settings that were harmless on a host in a closed network, and open Grafana behind a load balancer. */
export function checkGrafanaAccess(inventory: Inventory): ImportFinding[] {
  return listGrafanas(inventory).flatMap((grafana) => [
    ...findAnonymous(grafana),
    ...SWITCHES.flatMap(({ name, tell }) => findSwitch(grafana, name).map(tell)),
    ...findDefaultPassword(grafana),
  ]);
}

/** Source: Grafana's docs, "Configure anonymous access": its role is Viewer unless org_role says otherwise. */
function findAnonymous(grafana: Grafana): ImportFinding[] {
  const role = grafana.settings.get('GF_AUTH_ANONYMOUS_ORG_ROLE')?.value || 'Viewer';
  const switches = findSwitch(grafana, 'GF_AUTH_ANONYMOUS_ENABLED');
  return switches.map((setting) => fail('grafana/anonymous', setting, anonymousIsLetIn(role)));
}

/** A switch that is on, and what that means. */
const SWITCHES = [
  {
    name: 'GF_AUTH_DISABLE_LOGIN_FORM',
    tell: (setting: Sourced<string>) => fail('grafana/login-form', setting, loginFormIsOff()),
  },
  {
    name: 'GF_AUTH_PROXY_ENABLED',
    tell: (setting: Sourced<string>) => fail('grafana/auth-proxy', setting, proxyIsTrusted()),
  },
  {
    name: 'GF_USERS_ALLOW_SIGN_UP',
    tell: (setting: Sourced<string>) => warn('grafana/sign-up', setting, signUpEnds()),
  },
];

function findSwitch({ settings }: Grafana, name: string): Sourced<string>[] {
  const setting = settings.get(name);
  return setting?.value.toLowerCase() === 'true' ? [setting] : [];
}

/** Source: Grafana's docs, "Configure Grafana", security.admin_password: `admin` where nobody sets another. */
function findDefaultPassword({ settings }: Grafana): ImportFinding[] {
  const password = settings.get('GF_SECURITY_ADMIN_PASSWORD');
  return password?.value === 'admin' ? [fail('grafana/admin-password', password, adminPasswordIsDefault())] : [];
}
