import { quoted } from '../curl';

/** Keys of settings that must not come into SSM's output, wherever they stand. */
export const SECRET_KEYS =
  'secret|password|passphrase|access_key|account_key|api_key|credential|token|private_key|connection_string|encryption';

/**
 * Takes keys out of a URL, which may be escaped as a whole, and leaves the bucket behind them. A secret may hold
 * slashes: they end at the last `@`.
 */
export const KEYS_IN_URL = {
  plain: '//.*@',
  escaped: '%2F%2F.*%40',
};
/** The third: where a place has keys and no `//` before them. */
const ERASE_KEYS = [
  `s,${KEYS_IN_URL.plain},//,`,
  `s,${KEYS_IN_URL.escaped},%2F%2F,I`,
  `s,^( *- +["']?|[^:]+: +["']?).*@,\\1,`,
].join('; ');

/**
 * Cuts a configuration in YAML to some of its settings, on the host: whole it is longer than SSM tells (Loki's has
 * 92,000 characters), and it holds keys. Lines of block style are kept by their path, as Go's programs write them; where
 * a block stands in one line, it says so and fails, since what it holds can't be told apart; so it does where such a
 * block, or a list's entry, holds a key.
 */
const CUT = `
function parent(  path) { return top > 0 ? paths[top] : "" }
# 2: the setting or what is below it; 1: above it; 0: elsewhere
function fits(path, setting,  found, parts, asked, steps, at) {
  found = split(path, parts, ".")
  asked = split(setting, steps, ".")
  for (at = 1; at <= found && at <= asked; at++) if (steps[at] != "*" && steps[at] != parts[at]) return 0
  return found >= asked ? 2 : 1
}
function isWanted(path,  each) {
  for (each in wanted) if (fits(path, each) == 2) return 1
  return 0
}
function isAbove(path,  each) {
  for (each in wanted) if (fits(path, each) == 1) return 1
  return 0
}
function refuse(text) {
  print text > "/dev/stderr"
  failed = 1
  exit
}
function keep(path) {
  if (tolower($0) ~ "[{,].*(" secrets ")[a-z0-9_.-]*[^a-z0-9]? *:") refuse(path " holds keys in one line")
  print
  kept++
  leaf = path
}
BEGIN { count = split(settings, list, " "); for (at = 1; at <= count; at++) wanted[list[at]] = 1 }
{
  match($0, "^ *")
  indent = RLENGTH
  rest = substr($0, indent + 1)
  if (rest ~ "^-( |$)") {
    leaf = ""
    while (top > 0 && indents[top] > indent) top--
    if (isWanted(parent())) keep(parent())
    next
  }
  if (!match(rest, "^[A-Za-z0-9_.-]+:")) {
    if (rest != "" && leaf != "" && indent > indents[top]) refuse(leaf " goes on in the next line")
    next
  }
  leaf = ""
  key = substr(rest, 1, RLENGTH - 1)
  value = substr(rest, RLENGTH + 1)
  gsub("^ +| +$", "", value)
  while (top > 0 && indents[top] >= indent) top--
  path = top > 0 ? paths[top] "." key : key
  top++
  paths[top] = path
  indents[top] = indent
  if (isWanted(path)) { keep(path); next }
  if (!isAbove(path)) next
  if (value == "" || value == "{}" || value == "null") { print; next }
  refuse(path " stands in one line, which is not read")
}
END {
  if (failed) exit 3
  if (kept == 0) { print "the answer has none of the settings that say where data lies" > "/dev/stderr"; exit 3 }
}`;

/**
 * A command that cuts what it reads to these settings.
 * @param settings paths, each with all below it; `*` stands for any one key
 */
export function writeCut(settings: string[]): string {
  const erase = quoted(ERASE_KEYS);
  const drop = quoted(`^[ -]*["']?[A-Za-z0-9_.-]*(${SECRET_KEYS})[A-Za-z0-9_.-]*["']? *:`);
  const cut = `awk -v settings=${quoted(settings.join(' '))} -v secrets=${quoted(SECRET_KEYS)} ${quoted(CUT)}`;
  return `cut=$(${cut}) || exit $?; printf '%s\\n' "$cut" | sed -E ${erase} | { grep -viE ${drop} || test $? -eq 1; }`;
}
