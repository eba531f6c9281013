import en from '../../extension/_locales/en/messages.json' with { type: 'json' };
import { messageIn } from '../../extension/app/languages.ts';
import { speakWith } from '../../extension/ui/words.ts';

// Imported by a test whose subject speaks: to it, the browser is an English one.
speakWith((key, values) => messageIn(en, key, values));
