import { keepBadges } from '../browser/tabs/keep-badges.ts';

keepBadges();
