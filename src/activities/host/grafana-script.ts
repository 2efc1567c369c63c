/**
 * What runs on a host: Python, for its own sqlite3, hashlib and no quoting (3.7, so Amazon Linux 2 too).
 * It prints one JSON object. No value of a setting that may be secret leaves it, nor an unsalted digest of one.
 */
const PROGRAM = String.raw`
import contextlib, hashlib, json, os, re, shutil, sqlite3, subprocess, sys, tempfile, time
from urllib.parse import quote

ask = json.loads(sys.argv[1])
UNIT = 'lgtm-migrate-grafana-readonly'

def run(*command, **options):
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, universal_newlines=True, **options)

def well(*command, **options):
    done = run(*command, **options)
    if done.returncode != 0:
        sys.exit('%s exited with %d: %s' % (' '.join(command[:4]), done.returncode, (done.stderr or done.stdout).strip()[-400:]))
    return done.stdout

# ---- the container and its settings

def box():
    text = well('docker', 'compose', '--project-directory', ask['composeDirectory'], 'ps', '--format', 'json').strip()
    shown = json.loads(text) if text.startswith('[') else [json.loads(line) for line in text.splitlines()]
    found = [one for one in shown if one['Service'] == ask['service']] or [one for one in shown if 'grafana/grafana' in one.get('Image', '')]
    return json.loads(well('docker', 'inspect', found[0]['ID']))[0] if found else None

def settings(inspected):
    env = dict(entry.split('=', 1) for entry in inspected['Config'].get('Env') or [] if '=' in entry)
    def read(path):
        done = run('docker', 'exec', inspected['Id'], 'cat', path)
        return done.stdout if done.returncode == 0 else ''
    found, section = {}, 'DEFAULT'
    for line in read(env.get('GF_PATHS_CONFIG', '/etc/grafana/grafana.ini')).splitlines():
        header, pair = re.match(r'^\s*\[([^\]]+)\]', line), re.match(r'^\s*([\w.-]+)\s*=\s*(.*?)\s*$', line)
        if header:
            section = header.group(1)
        elif pair:
            found[re.sub(r'[.-]', '_', ('GF_%s_%s' % (section, pair.group(1))).upper())] = pair.group(2).strip('"').strip(chr(96))
    for name, value in env.items():
        if name.startswith('GF_') and value:
            found.update({name[:-6]: read(value).rstrip('\n')} if name.endswith('__FILE') else {name: value})
    def expanded(value):
        value = re.sub(r'\$__file\{([^}]+)\}', lambda m: read(m.group(1)).strip(), value)
        return re.sub(r'\$(?:__env)?\{(\w+)\}', lambda m: env.get(m.group(1), ''), value)
    return {name: expanded(value) for name, value in found.items()}

def place(inspected, of):
    """The database's path on the host, or None where it lies in the container's own layer."""
    inside = os.path.join(of.get('GF_PATHS_DATA', '/var/lib/grafana'), of.get('GF_DATABASE_PATH') or 'grafana.db')
    mounts = [m for m in inspected.get('Mounts') or [] if inside.startswith(m['Destination'].rstrip('/') + '/')]
    mount = max(mounts, key=lambda m: len(m['Destination'])) if mounts else None
    return mount['Source'] + inside[len(mount['Destination'].rstrip('/')):] if mount else None

def look():
    inspected = box()
    if not inspected:
        return {'there': False}
    of = settings(inspected)
    health = run('docker', 'exec', inspected['Id'], 'sh', '-c', 'curl -fsS http://127.0.0.1:$' + '{GF_SERVER_HTTP_PORT:-3000}/api/health')
    version = json.loads(health.stdout).get('version') if health.returncode == 0 and health.stdout.strip().startswith('{') else None
    url = of.get('GF_DATABASE_URL')
    kind = url.split(':')[0].replace('postgresql', 'postgres') if url else of.get('GF_DATABASE_TYPE') or 'sqlite3'
    address = re.search(r'@([^/?]+)', url) if url else None
    key = of.get('GF_SECURITY_SECRET_KEY')
    path = place(inspected, of) if kind == 'sqlite3' else None
    digest = hashlib.pbkdf2_hmac('sha256', (key or ask['defaultKey']).encode(), bytes.fromhex(ask['nonce']), ask['rounds']).hex()
    return {'there': True, 'version': version, 'type': kind, 'host': address.group(1).strip('()').replace('tcp(', '') if address else of.get('GF_DATABASE_HOST'),
            'name': url.split('?')[0].rstrip('/').split('/')[-1] if url else of.get('GF_DATABASE_NAME'), 'key': digest, 'path': path, 'found': bool(path and os.path.exists(path)),
            'missing': [tool for tool in ('systemd-run', 'mount', 'mount.nfs4') if not shutil.which(tool)]}

# ---- read-only: a held write lock. Grafana reads on; whoever writes is told "database is locked"

HOLDER = """
import os, sqlite3, sys, time
path, mark = sys.argv[1:3]
while True:
    held = sqlite3.connect(path, timeout=30, isolation_level=None)
    wal = held.execute('PRAGMA journal_mode').fetchone()[0] == 'wal'
    if wal:
        held.execute('PRAGMA wal_checkpoint(TRUNCATE)')
    held.execute('BEGIN IMMEDIATE')
    # what stands in the WAL is not in the file yet
    if not wal or not os.path.exists(path + '-wal') or os.path.getsize(path + '-wal') == 0:
        break
    held.execute('ROLLBACK')
    held.close()
    time.sleep(0.2)
open(mark, 'w').write(str(os.getpid()))
while True:
    time.sleep(3600)
"""

def mark():
    return ask['path'] + '.lgtm-migrate-readonly'

def refuses():
    """Whether a writer is refused now."""
    writer = sqlite3.connect(ask['path'], timeout=0, isolation_level=None)
    try:
        writer.execute('BEGIN IMMEDIATE')
        writer.execute('ROLLBACK')
        return False
    except sqlite3.OperationalError as error:
        if 'locked' not in str(error):
            raise
        return True
    finally:
        writer.close()

def closed():
    return run('systemctl', 'is-active', UNIT).stdout.strip() == 'active' and os.path.exists(mark()) and refuses()

def close():
    if not closed():
        open_again()
        well('systemd-run', '--unit=' + UNIT, 'python3', '-c', HOLDER, ask['path'], mark())
    for _ in range(90):
        if closed():
            return {'counts': counts(ask['path'])}
        time.sleep(0.5)
    sys.exit('a writer holds %s for 45 s; see journalctl -u %s' % (ask['path'], UNIT))

def open_again():
    run('systemctl', 'stop', UNIT)
    run('systemctl', 'reset-failed', UNIT)
    if os.path.exists(mark()):
        os.remove(mark())
    for _ in range(60):
        if not refuses():
            return {}
        time.sleep(0.5)
    sys.exit('%s still refuses writers 30 s after %s has ended; see fuser %s' % (ask['path'], UNIT, ask['path']))

# ---- the file system of the new one

@contextlib.contextmanager
def data():
    """The folder that the new Grafana sees as its data: on EFS, or beside the old database for an import by hand."""
    if 'address' not in ask:
        yield os.path.dirname(ask['path'])
        return
    folder = tempfile.mkdtemp(prefix='lgtm-migrate-')
    try:
        well('mount', '-t', 'nfs4', '-o', 'nfsvers=4.1,rsize=1048576,wsize=1048576,hard,timeo=600,retrans=2,noresvport', ask['address'] + ':/', folder, timeout=60)
        try:
            yield folder + ask['directory']
        finally:
            well('umount', folder)
    finally:
        os.rmdir(folder)

def prepare():
    with data() as folder:
        os.makedirs(folder, exist_ok=True)
        well('chown', '472:0', folder)
    return {}

def digest(path):
    total = hashlib.sha256()
    with open(path, 'rb') as file:
        for block in iter(lambda: file.read(1 << 20), b''):
            total.update(block)
    return total.hexdigest()

def unfinished(path):
    """A journal that would change the file when it is opened next."""
    def begins(name):
        return os.path.exists(name) and open(name, 'rb').read(1) not in (b'', b'\0')
    return [name for name in (path + '-journal', path + '-wal') if begins(name)]

def copy():
    source, utc = ask['path'], time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())
    if not closed():
        sys.exit('%s takes writes again: %s has ended (a reboot?); retry' % (source, UNIT))
    if unfinished(source):
        sys.exit('%s has an unfinished transaction in %s' % (source, ', '.join(unfinished(source))))
    name, aside, sha = ask['name'], None, digest(source)
    answer = {'sha256': sha, 'bytes': os.path.getsize(source), 'fingerprint': fingerprint(things(source)), 'counts': counts(source)}
    with data() as folder:
        there = os.path.exists(folder + '/' + name)
        done = there and digest(folder + '/' + name) == sha
        if not done:
            shutil.copyfile(source, folder + '/' + name + '.new')
            with open(folder + '/' + name + '.new', 'rb+') as file:
                os.fsync(file.fileno())
    # mounted anew, so that what is compared comes from the server
    with data() as folder:
        target = folder + '/' + name
        made = target if done else target + '.new'
        answer['copySha256'] = digest(made)
        if answer['copySha256'] != sha or digest(source) != sha:
            return dict(answer, equal=False)
        if not done:
            if there:
                aside = '%s.until-%s' % (name, utc)
                for end in ('', '-journal', '-wal', '-shm'):
                    if os.path.exists(target + end):
                        os.rename(target + end, folder + '/' + aside + end)
            well('chown', '472:0', made)
            os.rename(made, target)
        answer['copied'] = counts(target)
        # no WAL over NFS: its shared memory is of one machine
        ready = sqlite3.connect(target, isolation_level=None)
        ready.execute('PRAGMA journal_mode=DELETE')
        ready.close()
    return dict(answer, equal=True, aside=aside, at=time.strftime('%Y-%m-%d %H:%M:%S', time.gmtime()))

# ---- what is in it

def things(path):
    """kind → key → (name, updated, by, what tells a change)"""
    db = sqlite3.connect('file:%s?mode=ro' % quote(path), uri=True, timeout=30)
    db.row_factory = sqlite3.Row
    tables = {row[0] for row in db.execute("select name from sqlite_master where type = 'table'")}
    def rows(table):
        return [{key: row[key] for key in row.keys()} for row in db.execute('select * from "%s"' % table)] if table in tables else []
    users = rows('user')
    login = {str(one.get(key)): one['login'] for one in users for key in ('id', 'uid') if one.get(key)}
    kinds = {'dashboard': {}, 'user': {}, 'data source': {}, 'alert rule': {}}
    unified = [row for row in rows('resource') if row['group'] == 'dashboard.grafana.app' and row['resource'] == 'dashboards']
    for row in unified:
        value = json.loads(row['value'])
        meta = value.get('metadata', {})
        notes = meta.get('annotations') or {}
        by = (notes.get('grafana.app/updatedBy') or notes.get('grafana.app/createdBy') or '').split(':')[-1]
        updated = notes.get('grafana.app/updatedTimestamp') or meta.get('creationTimestamp') or ''
        kinds['dashboard'][row['name']] = (value.get('spec', {}).get('title', row['name']), updated, login.get(by, by), row['resource_version'])
    for row in [] if unified else rows('dashboard'):
        if not row.get('is_folder'):
            kinds['dashboard'][row['uid']] = (row['title'], row['updated'], login.get(str(row.get('updated_by'))), row['version'])
    for row in users:
        if not row.get('is_service_account'):
            kinds['user'][row['login']] = (row['login'], row['updated'], None, [row.get(key) for key in ('email', 'name', 'is_admin', 'is_disabled', 'password')])
    for row in rows('data_source'):
        kinds['data source'][row['uid']] = (row['name'], row['updated'], None, row['version'])
    for row in rows('alert_rule'):
        by = row.get('updated_by')
        kinds['alert rule'][row['uid']] = (row['title'], row['updated'], login.get(str(by), by), row['version'])
    db.close()
    return kinds

def fingerprint(found):
    return hashlib.sha256(json.dumps(found, sort_keys=True, default=str).encode()).hexdigest()

def counts(path):
    found = things(path)
    return {'dashboards': len(found['dashboard']), 'users': len(found['user']), 'dataSources': len(found['data source']), 'alertRules': len(found['alert rule'])}

def count():
    with data() as folder:
        return {'counts': counts(folder + '/' + ask['name'])}

def edits():
    """What the copy has and the old database has not, since people could write into it."""
    was = things(ask['path'])
    with data() as folder:
        now = things(folder + '/' + ask['name'])
        total = counts(folder + '/' + ask['name'])
    since, found = ask['since'], []
    for kind in was:
        for key, (title, updated, by, told) in now[kind].items():
            before = was[kind].get(key)
            moment = str(updated)[:19].replace('T', ' ')
            # what Grafana provisions at its start is no edit
            if (before is None or before[3] != told) and moment >= since:
                found.append({'kind': kind, 'name': title, 'change': 'created' if before is None else 'changed', 'by': by, 'at': moment})
        found += [{'kind': kind, 'name': before[0], 'change': 'deleted', 'by': None, 'at': None} for key, before in was[kind].items() if key not in now[kind]]
    return {'counts': total, 'total': len(found), 'edits': found[:50], 'oldUnchanged': fingerprint(was) == ask['fingerprint']}

try:
    answer = {'look': look, 'close': close, 'open': open_again, 'prepare': prepare, 'copy': copy, 'count': count, 'edits': edits}[ask['verb']]()
except (sqlite3.Error, OSError, subprocess.TimeoutExpired) as error:
    sys.exit('%s: %s' % (type(error).__name__, error))
print(json.dumps(answer))
`;

/** @param ask what the program is to do; must hold no secret, since SSM keeps commands */
export function grafanaScript(ask: Record<string, unknown>): string {
  const quoted = `'${JSON.stringify(ask).replaceAll("'", `'\\''`)}'`;
  return `command -v python3 >/dev/null || { echo "no python3" >&2; exit 127; }\npython3 - ${quoted} <<'LGTM_MIGRATE'\n${PROGRAM.trim()}\nLGTM_MIGRATE`;
}
