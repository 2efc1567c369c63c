import type { FindingText } from '../finding';

// What findings of Grafana's settings and provisioning say.

/** @param role what anybody may do then */
export function anonymousIsLetIn(role: string): FindingText {
  return {
    message:
      `Grafana lets anybody in without a login, as ${role}; on ECS it answers behind a load balancer, ` +
      'where the host may have had a network or a proxy in front',
    fix: 'turn it off (GF_AUTH_ANONYMOUS_ENABLED), or keep it with --accept grafana/anonymous',
  };
}

export function loginFormIsOff(): FindingText {
  return {
    message:
      "Grafana's login form is off, so something else lets users in; " +
      'what stood in front of it on the host does not come along',
    fix: 'turn it on (GF_AUTH_DISABLE_LOGIN_FORM), or keep it with --accept grafana/login-form',
  };
}

export function proxyIsTrusted(): FindingText {
  return {
    message:
      'Grafana believes the user that a header names (auth.proxy), and no proxy of the host stands before the new one: ' +
      'whoever reaches the load balancer is whom he says',
    fix: 'turn it off (GF_AUTH_PROXY_ENABLED), or put the proxy in front and --accept grafana/auth-proxy',
  };
}

export function signUpEnds(): FindingText {
  return {
    message: 'users may sign up themselves here, and not at the new Grafana',
    fix: 'nothing; or services.grafana.environment GF_USERS_ALLOW_SIGN_UP in the plan',
  };
}

export function adminPasswordIsDefault(): FindingText {
  return {
    message: "Grafana's administrator has the password that everybody knows, and stands behind a load balancer on ECS",
    fix: 'change it in Grafana (the shared database keeps it), take this out, or --accept grafana/admin-password',
  };
}

export function pluginsAreNotInstalled(plugins: string): FindingText {
  return {
    message: `${plugins}: the image installs no plugins, so panels and data sources of theirs show nothing`,
    fix: 'install them in a Dockerfile of your own: copy dockerfiles/grafana, and name it in images.context',
  };
}

export function variablesAreNotCarried(names: string[]): FindingText {
  return {
    message: `${names.join(', ')}: none of Grafana's settings, and the plan does not carry what provisioning reads of them`,
    fix: 'where provisioning reads them: services.grafana.environment, or secrets, in the plan',
  };
}

/** @param provider of dashboards, which the image does not have */
export function dashboardsAreDeleted(provider: string): FindingText {
  const source = 'https://github.com/grafana/grafana/pull/26143';
  const name = provider || 'without a name';
  return {
    message:
      `the image has no provider ${name}, and a Grafana that starts without one deletes the dashboards ` +
      `that it provisioned (${source}), out of the database that both sides share`,
    fix:
      'give the new image the provider and its files (copy dockerfiles/grafana, and name it in images.context) ' +
      'and --accept grafana/dashboards',
  };
}
