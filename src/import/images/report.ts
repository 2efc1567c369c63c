import type { ImageReport, ReportDocument } from '../document';
import * as texts from './texts';

const FENCE = '```';

/** What the images are made of: a section for each component, with what differs from what was found. */
export function renderCarried({ images, kept }: ReportDocument): string[] {
  const lines = ['## What the images are made of', ''];
  for (const image of images) lines.push(`### ${image.name}`, '', ...renderImage(image));
  if (kept.length > 0) lines.push('## Edited, and so not written over', '');
  for (const { path, beside, diff } of kept) {
    lines.push(texts.isKept(path, beside!), '', ...renderDiff(diff));
  }
  return lines;
}

function renderImage(image: ImageReport): string[] {
  const { shipped, configuration, keys, diff } = image;
  if (shipped !== null || !keys) return [shipped ?? '', ''];
  return [
    texts.countKeys(configuration!, keys),
    '',
    ...renderDiff(diff),
    ...renderList(texts.FLAGS_STAY, image.flags),
    ...renderList(
      texts.FLAGS_ARE_OUT,
      image.flagsTakenOut.map(({ name, why }) => `-${name}: ${why}`),
    ),
    ...renderList(texts.FILES_COME, image.files),
    ...renderList(texts.SECRETS_COME, image.secrets),
  ];
}

function renderDiff(diff: string): string[] {
  return diff === '' ? [] : [`${FENCE}diff`, diff, FENCE, ''];
}

function renderList(heading: string, items: string[]): string[] {
  const lines = items.map((item) => `- ${item}`);
  return items.length === 0 ? [] : [heading, '', ...lines, ''];
}
