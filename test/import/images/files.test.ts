import * as folder from '../folder';
import { importFolder } from '../results';

const { editExample, MIMIR, MIMIR_CONFIG } = folder;

const findMimir = (root: string) => importFolder(root).images.find(({ name }) => name === 'mimir')!;

test('runtime overrides and rules come as files, and folders that it writes to are its own', () => {
  const root = editExample(
    {
      file: MIMIR,
      from: '    volumes:\n',
      to: '    volumes:\n      - ./rules:/rules:ro\n      - ./config/runtime.yaml:/etc/mimir/runtime.yaml:ro\n',
    },
    {
      file: MIMIR_CONFIG,
      from: 'limits:\n',
      to: 'runtime_config:\n  file: /etc/mimir/runtime.yaml\nlimits:\n',
    },
    {
      file: MIMIR_CONFIG,
      from: 'ruler_storage:\n',
      to: 'ruler_storage:\n  backend: local\n  local: { path: /rules }\n',
    },
  );
  folder.addFile(root, 'mimir/config/runtime.yaml', 'overrides: { acme: { max_global_series_per_user: 9 } }\n');
  folder.addFile(root, 'mimir/rules/acme/alerts.yaml', 'groups: []\n');
  const image = findMimir(root);
  const dockerfile = image.files.find(({ path }) => path === 'Dockerfile')!.content;
  const paths = image.files.map(({ path }) => path);
  expect(paths).toEqual(expect.arrayContaining(['files/etc/mimir/runtime.yaml', 'files/rules/acme/alerts.yaml']));
  expect(dockerfile).toContain('COPY ["files/etc/mimir/runtime.yaml", "/etc/mimir/runtime.yaml"]');
  expect(dockerfile).toContain('COPY --from=busybox --chown=10001:10001 ["/image/empty", "/data"]');
});

test('data that lies in the folder itself is not taken along', () => {
  const root = editExample({
    file: MIMIR,
    from: '${DATA:-/data}/mimir:/data',
    to: './data:/data',
  });
  folder.addFile(root, 'mimir/data/tsdb/chunk', 'samples');
  const image = findMimir(root);
  expect(image.carried!.files).toEqual([]);
});

test('a file that is named and not in the folder is a failure', () => {
  const root = editExample({
    file: MIMIR_CONFIG,
    from: 'limits:\n',
    to: 'runtime_config:\n  file: /data/runtime.yaml\nlimits:\n',
  });
  const ids = importFolder(root).document.findings.map(({ id }) => id);
  expect(ids).toContain('mimir/file');
});
