import { keepBadges } from '../browser/keep-badges.ts';

keepBadges();
