import { MANIFEST_LIMITS } from '../../server-lib/wire.ts';
import type { PresetObstacle } from '../app/presets.ts';
import { say, type Word } from './words.ts';

/** Why a preset was not saved, renamed or restored. */
export function presetObstacleText(obstacle: PresetObstacle): string {
  return obstacle === 'full' ? say('presetFull', MANIFEST_LIMITS.scenarios) : say(TEXTS[obstacle]);
}

const TEXTS: Readonly<Record<Exclude<PresetObstacle, 'full'>, Word>> = {
  nameless: 'presetNameless',
  taken: 'presetTaken',
  'not-kept': 'presetNotKept',
};
