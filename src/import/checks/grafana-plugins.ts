import { warn, type ImportFinding } from '../finding';
import { maskSecret } from '../../plan/secrecy';
import { listGrafanas, type Inventory } from '../read/inventory';
import { pluginsAreNotInstalled } from './grafana-texts';

/** Source: Grafana's docs, "Configure a Grafana Docker image", install plugins; defaults.ini, [plugins]. */
const INSTALLED_BY = ['GF_INSTALL_PLUGINS', 'GF_PLUGINS_PREINSTALL', 'GF_PLUGINS_PREINSTALL_SYNC'];

/** Plugins that Grafana installs when it starts, which the image does not. */
export function checkGrafanaPlugins(inventory: Inventory): ImportFinding[] {
  return listGrafanas(inventory).flatMap(({ settings }) => {
    const given = INSTALLED_BY.flatMap((name) => settings.get(name) ?? []);
    const plugins = given.filter(({ value }) => value !== '');
    return plugins.map((setting) => {
      // a plugin may be named by a URL with a password
      const shown = maskSecret('plugins', setting.value);
      return warn('grafana/plugins', setting, pluginsAreNotInstalled(shown));
    });
  });
}
