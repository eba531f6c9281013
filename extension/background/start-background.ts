import { keepRestoring } from '../browser/compare/restore-comparisons.ts';
import { keepBadges } from '../browser/tabs/keep-badges.ts';

keepBadges();
keepRestoring();
