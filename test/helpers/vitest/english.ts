import en from '../../../extension/_locales/en/messages.json' with { type: 'json' };
import { formatMessage } from '../../../extension/app/i18n/languages.ts';
import { setMessageLookup } from '../../../extension/ui/i18n/translate.ts';

// Imported by a test whose subject speaks: to it, the browser is an English one.
setMessageLookup((key, values) => formatMessage(en, key, values));
