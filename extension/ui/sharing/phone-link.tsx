import { correction, generate } from 'lean-qr/nano';
import type { ComponentChildren, JSX } from 'preact';
import type { Ready } from '../../app/session/session-state.ts';
import { phoneLink } from '../../app/sharing/share-link.ts';
import { t } from '../i18n/translate.ts';
import type { SharingActions } from '../popup/popup-actions.ts';

interface OpenOnPhoneProps {
  readonly site: Ready;
  readonly actions: Pick<SharingActions, 'copyText'>;
  /** What was copied. */
  readonly children: ComponentChildren;
}

/** A QR code that opens the site's override page on a phone, with the present choices as its proposal. */
export function OpenOnPhone({ site, actions, children }: OpenOnPhoneProps): JSX.Element | null {
  const phone = phoneLink(site);
  if (phone === undefined) return null;
  if (phone.kind === 'loopback') {
    return (
      <>
        <h3>{t('phoneTitle')}</h3>
        <p class="quiet">{t('phoneLoopback', phone.hostname)}</p>
      </>
    );
  }
  const { link, code } = phone;
  return (
    <>
      <h3>{t('phoneTitle')}</h3>
      <p class="quiet">
        {t('phoneScan')} {code !== link ? t('phoneTooMany') : site.stored.variants.size > 0 && t('phoneAsks')}
      </p>
      {/* In an element of its own, because the grid would shrink the picture to less than its height. */}
      <div>
        <QrCode text={code} />
      </div>
      <p class="quiet" dir="ltr">
        {code}
      </p>
      <div class="buttons">
        <button type="button" data-action="copy-phone" onClick={() => actions.copyText('phone', link)}>
          {t('phoneCopy')}
        </button>
      </div>
      {children}
    </>
  );
}

/** A QR code, computed in this program. Black on white in every theme, because many cameras read only that. */
function QrCode({ text }: { readonly text: string }): JSX.Element {
  const code = generate(text, { minCorrectionLevel: correction.L });
  const size = code.size + 2 * QUIET_ZONE;
  const width = size * Math.max(MIN_PIXELS, Math.floor(USUAL_WIDTH / size));
  return (
    <svg
      role="img"
      aria-label={t('phoneCode')}
      viewBox={`${-QUIET_ZONE} ${-QUIET_ZONE} ${size} ${size}`}
      width={width}
      shape-rendering="crispEdges"
      style={{ display: 'block', maxWidth: '100%', forcedColorAdjust: 'none' }}
    >
      <rect x={-QUIET_ZONE} y={-QUIET_ZONE} width={size} height={size} fill="#fff" />
      <path d={darkModules(code)} fill="#000" />
    </svg>
  );
}

const QUIET_ZONE = 4; // modules, ISO/IEC 18004
const MIN_PIXELS = 3; // for each module
const USUAL_WIDTH = 240;

/** The dark modules as a path, one rectangle for each run in a row. */
function darkModules({ size, get }: ReturnType<typeof generate>): string {
  const runs: string[] = [];
  for (let y = 0; y < size; y += 1) {
    for (let x = 0; x < size; x += 1) {
      const start = x;
      while (get(x, y)) x += 1;
      if (x > start) runs.push(`M${start} ${y}h${x - start}v1H${start}z`);
    }
  }
  return runs.join('');
}
