/** What a URL says of a place in S3. */
export interface S3Place {
  bucket?: string;
  region?: string;
  endpoint?: string;
}

/** In an answer of a host a whole URL may be escaped: `s3%3A%2F%2Feu-west-1%2Flogs`. */
const ESCAPED = /^[a-z0-9]+%3A%2F%2F/i;
const PARTS = /^[a-z0-9]+:\/\/(.*)$/is;
const HOST_AND_PATH = /^([^/?#]*)\/*([^?#]*)/;
const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;

/**
 * Reads `s3://key:secret@region/bucket` and `s3://key:secret@host:port/bucket`: whatever is no region is an endpoint.
 * A secret may hold slashes, so that keys end at the last `@`: nothing of them gets into a bucket's name.
 * Sources: weaveworks/common aws/config.go (ConfigFromURL) and dskit flagext/urlescaped.go, which escapes all of it.
 */
export function readS3Url(text: string | undefined): S3Place {
  const { place } = splitKeys(text);
  const [, host = '', path = ''] = HOST_AND_PATH.exec(place) ?? [];
  const bucket = unescapeText(path).replace(/\/+$/, '');
  return {
    ...(bucket !== '' && { bucket }),
    ...readHost(host),
  };
}

function readHost(host: string): S3Place {
  if (host === '') return {};
  return REGION.test(host) ? { region: host } : { endpoint: host };
}

/** Whether there are keys in a URL. */
export const holdsKeys = (text: string | undefined): boolean => splitKeys(text).keys !== '';

/** The same URL without the keys in it. */
export function withoutKeys(url: string): string {
  const [scheme = ''] = /^[a-z0-9]+:\/\//i.exec(unescapeText(url)) ?? [];
  return scheme + splitKeys(url).place;
}

function splitKeys(text = ''): { keys: string; place: string } {
  const url = ESCAPED.test(text) ? unescapeText(text) : text;
  const [, rest = ''] = PARTS.exec(url) ?? [];
  const end = rest.lastIndexOf('@');
  return {
    keys: rest.slice(0, Math.max(end, 0)),
    place: rest.slice(end + 1),
  };
}

/** What is no escaped text stays as it is: a secret may hold a percent sign. */
function unescapeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
